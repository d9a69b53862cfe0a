using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>All group descriptors of a volume, in memory; <c>table[g]</c> is a view of one of them.</summary>
internal sealed class GroupTable
{
    private readonly byte[] _bytes;
    private readonly int _descriptorSize;

    /// <summary>A table of zeros for every group of <paramref name="geometry"/>.</summary>
    public GroupTable(ExtGeometry geometry)
    {
        _descriptorSize = geometry.DescriptorSize;
        _bytes = new byte[geometry.DescriptorBlocks * geometry.BlockSize];
        Count = geometry.GroupCount;
    }

    /// <summary>Number of groups.</summary>
    public int Count { get; }

    /// <summary>The whole table as it is stored, padded with zeros to blocks.</summary>
    public Span<byte> Bytes => _bytes;

    public GroupDescriptor this[int group]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)group, (uint)Count);
            return new GroupDescriptor(_bytes.AsSpan(group * _descriptorSize, _descriptorSize));
        }
    }
}
