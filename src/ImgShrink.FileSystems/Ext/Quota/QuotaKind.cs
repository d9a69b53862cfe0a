namespace ImgShrink.FileSystems.Ext.Quota;

/// <summary>By what a quota file counts.</summary>
internal enum QuotaKind
{
    User,
    Group,
    Project,
}
