namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>s_feature_compat of the journal.</summary>
[Flags]
internal enum JournalCompatFeatures : uint
{
    None = 0,
    Checksum = 0x1,
}

/// <summary>s_feature_incompat of the journal: what must be known to replay it.</summary>
[Flags]
internal enum JournalIncompatFeatures : uint
{
    None = 0,
    Revoke = 0x1,
    Bit64 = 0x2,
    AsyncCommit = 0x4,
    ChecksumV2 = 0x8,
    ChecksumV3 = 0x10,
    FastCommit = 0x20,
}
