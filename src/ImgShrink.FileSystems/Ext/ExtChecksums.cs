using System.Buffers.Binary;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The checksums of one volume: which there are, and how each is computed.</summary>
/// <remarks>
/// Spec: kernel documentation, filesystems/ext4, "Checksums". With metadata_csum everything has a CRC-32C seeded by the
/// volume; with uninit_bg (gdt_csum) only the group descriptors have a CRC-16; without both there are none.
/// </remarks>
internal sealed class ExtChecksums
{
    private readonly byte[] _uuid;
    private readonly uint _seed;

    public ExtChecksums(Superblock superblock)
    {
        Metadata = superblock.ReadOnly.HasFlag(ReadOnlyFeatures.MetadataChecksum);
        Groups = Metadata || superblock.ReadOnly.HasFlag(ReadOnlyFeatures.GroupChecksum);
        _uuid = superblock.Uuid.ToArray();
        _seed = superblock.Incompat.HasFlag(IncompatFeatures.ChecksumSeed)
            ? superblock.ChecksumSeed
            : Crc32C.Append(uint.MaxValue, _uuid);
    }

    /// <summary>Whether all metadata has checksums (metadata_csum).</summary>
    public bool Metadata { get; }

    /// <summary>Whether group descriptors have checksums, so that their UNINIT flags mean something.</summary>
    public bool Groups { get; }

    public ushort Descriptor(int group, GroupDescriptor descriptor)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, group);
        ReadOnlySpan<byte> bytes = descriptor.Bytes;
        if (!Metadata)
        {
            ushort crc = Crc16.Append(Crc16.Append(Crc16.Append(ushort.MaxValue, _uuid), number), bytes[..0x1E]);
            return bytes.Length > 0x20 ? Crc16.Append(crc, bytes[0x20..]) : crc;
        }

        uint sum = Crc32C.Append(Crc32C.Append(_seed, number), bytes[..0x1E]);
        sum = Crc32C.Append(Crc32C.Append(sum, [0, 0]), bytes[0x20..]);
        return unchecked((ushort)sum);
    }

    /// <summary>Of a bitmap: over as many bytes as the group has bits, not over the padding behind them.</summary>
    public uint Bitmap(ReadOnlySpan<byte> bitmap, int bits, int descriptorSize)
    {
        uint sum = Crc32C.Append(_seed, bitmap[..((bits + 7) / 8)]);
        return descriptorSize >= 64 ? sum : sum & 0xFFFF;
    }

    /// <summary>The start state for everything that belongs to one inode.</summary>
    public uint InodeSeed(InodeNumber inode, uint generation) =>
        Crc32C.Append(Crc32C.Append(_seed, inode.Value), generation);

    public uint OfInode(InodeNumber number, Inode inode)
    {
        ReadOnlySpan<byte> bytes = inode.Bytes;
        uint sum = Crc32C.Append(Crc32C.Append(InodeSeed(number, inode.Generation), bytes[..0x7C]), [0, 0]);
        if (bytes.Length == Inode.CoreSize)
            return Crc32C.Append(sum, bytes[0x7E..]) & 0xFFFF;
        if (!inode.HasChecksumHigh)
            return Crc32C.Append(sum, bytes[0x7E..]) & 0xFFFF;
        return Crc32C.Append(Crc32C.Append(Crc32C.Append(sum, bytes[0x7E..0x82]), [0, 0]), bytes[0x84..]);
    }

    public static uint OfExtentNode(uint inodeSeed, ReadOnlySpan<byte> block, ExtentNode node) =>
        Crc32C.Append(inodeSeed, block[..node.ChecksumOffset]);

    /// <summary>Of a directory block that holds entries: all but the last 12 bytes.</summary>
    public static uint OfDirectoryLeaf(uint inodeSeed, ReadOnlySpan<byte> block) =>
        Crc32C.Append(inodeSeed, block[..^DirEntry.TailSize]);

    /// <summary>
    /// Of an index block of a hashed directory: up to the last used entry, then the tail without its checksum.
    /// </summary>
    /// <param name="inodeSeed">See <see cref="InodeSeed"/>.</param>
    /// <param name="block">The whole block.</param>
    /// <param name="countOffset">Byte at which limit and count are: 0x20 in the root, 8 in other nodes.</param>
    /// <param name="limit">Slots that the block has.</param>
    /// <param name="count">Slots in use.</param>
    public static uint OfDirectoryIndex(uint inodeSeed, ReadOnlySpan<byte> block, int countOffset, int limit, int count)
    {
        uint sum = Crc32C.Append(inodeSeed, block[..(countOffset + 8 * count)]);
        return Crc32C.Append(sum, (ulong)Le.U32(block, countOffset + 8 * limit)); // dt_reserved, then dt_checksum as 0
    }

    /// <summary>Of an attribute block; it covers the block's own number, so a moved block has another one.</summary>
    public uint OfXattrBlock(long number, ReadOnlySpan<byte> block)
    {
        uint sum = Crc32C.Append(Crc32C.Append(_seed, (ulong)number), block[..0x10]);
        return Crc32C.Append(Crc32C.Append(sum, 0u), block[0x14..]);
    }

    /// <summary>Of an attribute value in an inode of its own.</summary>
    public uint OfEaValue(ReadOnlySpan<byte> value) => Crc32C.Append(_seed, value);

    /// <summary>Of the block of multiple mount protection, wherever it lies.</summary>
    public uint OfMmp(MmpBlock block) => Crc32C.Append(_seed, block.Covered);

    /// <summary>
    /// Of a block of the orphan file; it covers the block's own number, so a moved block has another one.
    /// </summary>
    public static uint OfOrphanBlock(uint inodeSeed, long number, ReadOnlySpan<byte> block) =>
        Crc32C.Append(Crc32C.Append(inodeSeed, (ulong)number), block[..^8]);
}
