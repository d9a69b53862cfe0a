using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>What a quota file says of one user, group or project, viewed in place.</summary>
/// <remarks>
/// 72 bytes, little-endian; all zeros where it is not in use. Spec: Linux kernel, fs/quota, format "vfsv1" (quota format 4).
/// </remarks>
internal readonly ref struct QuotaEntry
{
    public const int Size = 72;

    private readonly Span<byte> _b;

    public QuotaEntry(Span<byte> bytes) => _b = bytes[..Size];

    public bool IsInUse => _b.ContainsAnyExcept((byte)0);
    public uint Id => Le.U32(_b, 0x0);                                                                // dqb_id
    public long Inodes { get => Get64(0x18); set => Put64(0x18, value); }                             // dqb_curinodes
    public long Bytes { get => Get64(0x30); set => Put64(0x30, value); }                              // dqb_curspace

    private long Get64(int at) => unchecked((long)(Le.U32(_b, at) | (ulong)Le.U32(_b, at + 4) << 32));

    private void Put64(int at, long value)
    {
        Le.Put32(_b, at, unchecked((uint)value));
        Le.Put32(_b, at + 4, unchecked((uint)(value >> 32)));
    }
}
