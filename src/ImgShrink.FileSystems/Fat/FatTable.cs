using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat;

/// <summary>The file allocation table: for every cluster, which one follows it.</summary>
/// <remarks>
/// Values are those of FAT32 whatever the kind: 0 free, 0x0FFFFFF7 bad, 0x0FFFFFF8 and more the end of a chain.
/// Memory: one window of 64 KiB. Not for several threads at once. Spec: Microsoft FAT specification 1.03, section 4.
/// </remarks>
internal sealed class FatTable(IBlockSource volume, FatGeometry geometry)
{
    public const uint Free = 0;
    public const uint Bad = 0x0FFFFFF7;
    public const uint FirstEnd = 0x0FFFFFF8;
    public const uint End = 0x0FFFFFFF;

    private const int WindowBytes = 65536;
    private const uint ValueBits = 0x0FFFFFFF;

    private byte[] _window = [];
    private long _windowStart;

    /// <summary>What follows a cluster: a cluster, or one of the constants above.</summary>
    public uint this[uint cluster]
    {
        get
        {
            ReadOnlySpan<byte> entry = Entry(cluster);
            return geometry.Kind switch
            {
                FatKind.Fat12 => Widen((uint)(cluster % 2 == 0 ? Le.U16(entry, 0) & 0xFFF : Le.U16(entry, 0) >> 4),
                    0xFF7),
                FatKind.Fat16 => Widen(Le.U16(entry, 0), 0xFFF7),
                _ => Le.U32(entry, 0) & ValueBits,
            };
        }
    }

    /// <summary>The clusters of a chain, from its first to its last.</summary>
    /// <exception cref="CorruptImageException">
    /// It leads to a cluster that is not there or not in use, or never ends.
    /// </exception>
    public IEnumerable<uint> Chain(uint first)
    {
        uint cluster = first;
        for (uint steps = 0; cluster < FirstEnd; steps++)
        {
            if (!geometry.HasCluster(cluster) || steps == geometry.ClusterCount)
                throw Broken(first, cluster);
            yield return cluster;
            cluster = this[cluster];
        }
    }

    /// <summary>Changes one entry, in all tables that are in use.</summary>
    /// <param name="store">The volume this table was opened on, as a store.</param>
    /// <param name="cluster">A cluster of the volume.</param>
    /// <param name="value">A cluster, <see cref="Free"/> or <see cref="End"/>.</param>
    public void Set(IBlockStore store, uint cluster, uint value)
    {
        Span<byte> entry = Entry(cluster);
        switch (geometry.Kind)
        {
            case FatKind.Fat12:
                int both = Le.U16(entry, 0);
                Le.Put16(entry, 0, (ushort)(cluster % 2 == 0
                    ? (both & 0xF000) | (int)(value & 0xFFF)
                    : (both & 0xF) | (int)(value & 0xFFF) << 4));
                break;
            case FatKind.Fat16:
                Le.Put16(entry, 0, (ushort)(value & 0xFFFF));
                break;
            default:
                // The upper four bits are not ours to change.
                Le.Put32(entry, 0, (Le.U32(entry, 0) & ~ValueBits) | (value & ValueBits));
                break;
        }

        for (int table = 0; table < geometry.FatCount; table++)
            if (geometry.ActiveFat is null || geometry.ActiveFat == table)
                store.Write(geometry.FatStart + table * geometry.FatBytes + OffsetOf(cluster), entry);
    }

    private long OffsetOf(uint cluster) => (long)cluster * (int)geometry.Kind / 8;

    private Span<byte> Entry(uint cluster)
    {
        int size = geometry.Kind == FatKind.Fat32 ? 4 : 2;
        long offset = OffsetOf(cluster);
        if (offset < _windowStart || offset + size > _windowStart + _window.Length)
        {
            // An entry of FAT12 may begin in the last byte of a sector, so the window begins with the entry's own sector.
            _windowStart = offset / 512 * 512;
            _window = volume.ReadBytes(
                geometry.ActiveFatStart + _windowStart, (int)Math.Min(WindowBytes, geometry.FatBytes - _windowStart));
        }

        return _window.AsSpan((int)(offset - _windowStart), size);
    }

    private static uint Widen(uint value, uint bad) => value >= bad ? Bad + (value - bad) : value;

    private static CorruptImageException Broken(uint first, uint cluster) =>
        new(new Finding($"FAT chain of cluster {first}", "a link", cluster == Free ? "a free cluster"
            : $"cluster {cluster}",
            "a cluster of the volume, each once"), FatDisk.Advice);
}
