using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>The content of one inode as bytes from 0 to its size; holes and unwritten extents read as zeros.</summary>
/// <remarks>It shows the map at the time it was opened: an edit of the same file afterwards is not seen.</remarks>
internal sealed class FileContent : IBlockSource, IKnowsHoles
{
    private readonly ExtVolume _volume;
    private readonly List<Extent> _extents;

    /// <summary>Opens an inode that has a block map.</summary>
    /// <exception cref="CorruptImageException">The map contradicts the format.</exception>
    public FileContent(ExtVolume volume, InodeNumber number, Inode inode)
    {
        (_volume, Length) = (volume, inode.Size);
        if (Length < 0)
            throw ExtDamage.In(number, "i_size", $"{Length}", "0 or more");
        _extents = BlockMap.Read(volume, number, inode).Extents;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        long blockSize = _volume.Geometry.BlockSize;
        for (int index = _extents.FirstEndingBehind(at / blockSize, static extent => extent.LogicalEnd); into.Length > 0; index++)
        {
            if (index == _extents.Count)
            {
                into.Clear();
                return;
            }

            Extent extent = _extents[index];
            long gap = Math.Clamp(extent.Logical * blockSize - at, 0, into.Length);
            into[..(int)gap].Clear();
            at += gap;
            into = into[(int)gap..];
            if (into.IsEmpty)
                return; // The extent is behind what is asked for.
            int count = (int)Math.Min(into.Length, extent.LogicalEnd * blockSize - at);
            if (extent.Unwritten)
                into[..count].Clear();
            else
                _volume.Store.Read((extent.Physical - extent.Logical) * blockSize + at, into[..count]);
            at += count;
            into = into[count..];
        }
    }

    /// <inheritdoc/>
    public RangeSet DataRanges()
    {
        var ranges = new RangeSet();
        long blockSize = _volume.Geometry.BlockSize;
        foreach (Extent extent in _extents.Where(extent => !extent.Unwritten && extent.Logical * blockSize < Length))
            ranges.Add(ByteRange.Between(extent.Logical * blockSize, Math.Min(extent.LogicalEnd * blockSize, Length)));
        return ranges;
    }
}
