using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs.OnDisk;

/// <summary>A restart page of $LogFile, viewed in place, its fixups undone.</summary>
/// <remarks>Spec: Linux-NTFS project, NTFS documentation, "$LogFile".</remarks>
internal readonly ref struct RestartPage
{
    public const int HeaderSize = 0x1E;

    private const int AreaSize = 0x10;
    private const ushort NoClient = 0xFFFF;

    private readonly ReadOnlySpan<byte> _b;

    public RestartPage(ReadOnlySpan<byte> bytes) => _b = bytes;

    public bool HasMagic => _b.StartsWith("RSTR"u8) || _b.StartsWith("CHKD"u8);
    public uint PageBytes => Le.U32(_b, 0x10);                                      // system page size
    public bool HasArea => AreaAt >= HeaderSize && AreaAt <= _b.Length - AreaSize;
    public ulong CurrentLsn => Le.U64(_b, AreaAt);                                  // current LSN

    /// <summary>Whether nobody has the log open, or the volume is marked as clean.</summary>
    public bool IsClean => Le.U16(_b, AreaAt + 0x0C) == NoClient                    // client in use list
        || (Le.U16(_b, AreaAt + 0x0E) & 2) != 0;                                    // flags

    private int AreaAt => Le.U16(_b, 0x18);                                         // restart area offset
}
