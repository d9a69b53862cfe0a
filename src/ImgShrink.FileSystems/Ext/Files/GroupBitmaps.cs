using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>The bitmaps of one kind that edits have touched, one a group.</summary>
internal abstract class GroupBitmaps(ExtVolume volume)
{
    private readonly Dictionary<int, AllocationBitmap> _open = [];

    protected ExtVolume Volume { get; } = volume;

    protected Bitmaps Stored { get; } = new(volume);

    /// <summary>The bitmap of a group.</summary>
    /// <exception cref="CorruptImageException">It lies outside of the volume, or fails its checksum.</exception>
    public AllocationBitmap this[int group]
    {
        get
        {
            if (!_open.TryGetValue(group, out AllocationBitmap? bitmap))
                _open.Add(group, bitmap = Open(group));
            return bitmap;
        }
    }

    /// <summary>
    /// Stores the bitmaps that changed, and their checksums in the descriptors; not the descriptors themselves.
    /// </summary>
    public void Flush()
    {
        foreach (var (group, bitmap) in _open.Where(open => open.Value.Changed))
        {
            GroupDescriptor descriptor = Volume.Groups[group];
            Volume.WriteBlock(AddressIn(descriptor), bitmap.Bytes);
            if (Volume.Checksums.Metadata)
                SetChecksum(descriptor, Checksum(bitmap.Bytes));
            bitmap.Changed = false;
        }
    }

    /// <summary>What a descriptor calls it: its fields are bg_…_bitmap and bg_…_bitmap_csum.</summary>
    protected abstract string Kind { get; }

    /// <summary>Bits that a checksum covers; those behind the last group's things are set.</summary>
    protected abstract int BitsPerGroup { get; }

    /// <summary>How many things a group has.</summary>
    protected abstract int CountIn(int group);

    protected abstract long AddressIn(GroupDescriptor descriptor);

    protected abstract uint ChecksumIn(GroupDescriptor descriptor);

    protected abstract void SetChecksum(GroupDescriptor descriptor, uint checksum);

    /// <summary>The bitmap as it is stored, or worked out where it is not.</summary>
    protected abstract byte[] Read(int group);

    protected abstract bool IsUninit(int group);

    private AllocationBitmap Open(int group)
    {
        GroupDescriptor descriptor = Volume.Groups[group];
        if (!Volume.IsInside(AddressIn(descriptor)))
            throw Damaged(group, $"bg_{Kind}_bitmap", AddressIn(descriptor), "a block of the volume");
        byte[] bytes = Read(group);
        if (Volume.Checksums.Metadata && !IsUninit(group) && Checksum(bytes) != ChecksumIn(descriptor))
            throw Damaged(group, $"bg_{Kind}_bitmap_csum", ChecksumIn(descriptor), $"{Checksum(bytes)}");
        return new AllocationBitmap(bytes, CountIn(group));
    }

    private uint Checksum(byte[] bytes) =>
        Volume.Checksums.Bitmap(bytes, BitsPerGroup, Volume.Geometry.DescriptorSize);

    private static CorruptImageException Damaged(int group, string place, long found, string expected) =>
        ExtDamage.In($"descriptor of block group {group}", place, $"{found}", expected);
}

/// <summary>The block bitmaps.</summary>
internal sealed class BlockBitmaps(ExtVolume volume) : GroupBitmaps(volume)
{
    protected override string Kind => "block";

    protected override int BitsPerGroup => Volume.Geometry.BlocksPerGroup;

    protected override int CountIn(int group) => (int)(Volume.Geometry.GroupEnd(group) - Volume.Geometry.GroupStart(group));

    protected override long AddressIn(GroupDescriptor descriptor) => descriptor.BlockBitmap;

    protected override uint ChecksumIn(GroupDescriptor descriptor) => descriptor.BlockBitmapChecksum;

    protected override void SetChecksum(GroupDescriptor descriptor, uint checksum) => descriptor.BlockBitmapChecksum = checksum;

    protected override byte[] Read(int group) => Stored.Blocks(group);

    protected override bool IsUninit(int group) => Stored.IsBlockBitmapUninit(group);
}

/// <summary>The inode bitmaps.</summary>
internal sealed class InodeBitmaps(ExtVolume volume) : GroupBitmaps(volume)
{
    protected override string Kind => "inode";

    protected override int BitsPerGroup => Volume.Geometry.InodesPerGroup;

    protected override int CountIn(int group) => Volume.Geometry.InodesPerGroup;

    protected override long AddressIn(GroupDescriptor descriptor) => descriptor.InodeBitmap;

    protected override uint ChecksumIn(GroupDescriptor descriptor) => descriptor.InodeBitmapChecksum;

    protected override void SetChecksum(GroupDescriptor descriptor, uint checksum) => descriptor.InodeBitmapChecksum = checksum;

    protected override byte[] Read(int group) => Stored.Inodes(group);

    protected override bool IsUninit(int group) => Stored.IsInodeBitmapUninit(group);
}
