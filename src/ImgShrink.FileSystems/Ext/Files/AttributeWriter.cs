using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>
/// Writes the extended attributes of a new inode: behind its fields, or into a block where they do not fit there.
/// </summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Extended Attributes".</remarks>
internal sealed class AttributeWriter(ExtVolume volume, BlockAllocator blocks)
{
    private const int EndMark = 4;

    private sealed record Attribute(byte Index, byte[] Name, byte[] Value);

    /// <summary>Stores attributes; i_file_acl is set when a block was needed.</summary>
    /// <exception cref="NotEnoughSpaceException">A block is needed and none is free.</exception>
    /// <exception cref="UnsupportedImageException">
    /// They do not fit a block, or a name has an unknown prefix.
    /// </exception>
    public void Store(Inode inode, IReadOnlyDictionary<string, byte[]> attributes)
    {
        if (attributes.Count == 0)
            return;
        List<Attribute> sorted =
        [
            .. attributes.Select(attribute => Parse(attribute.Key, attribute.Value))
                .OrderBy(attribute => attribute.Index).ThenBy(attribute => attribute.Name.Length)
                .ThenBy(attribute => OpenDirectory.Key(attribute.Name), StringComparer.Ordinal),
        ];
        int room = inode.Bytes.Length - Inode.CoreSize - inode.ExtraSize - EndMark;
        if (room > 0 && TryPack(inode.Bytes[^room..], 0, sorted, hashes: false))
        {
            Le.Put32(inode.Bytes[^(room + EndMark)..], 0, XattrBlock.ExpectedMagic);
            return;
        }

        var bytes = new byte[volume.Geometry.BlockSize];
        if (!TryPack(bytes, XattrBlock.HeaderSize, sorted, hashes: true))
            throw new UnsupportedImageException(
                $"{attributes.Count} extended attributes do not fit a block of {bytes.Length} bytes.");
        long block = blocks.Allocate(1)[0].Start;
        Le.Put32(bytes, 0x0, XattrBlock.ExpectedMagic);                                               // h_magic
        Le.Put32(bytes, 0x8, 1);                                                                      // h_blocks
        StoreBlock(block, bytes, references: 1);
        inode.XattrBlock = block;
        inode.BlocksCount = bytes.Length / 512;
    }

    /// <summary>Gives up one reference to the inode's attribute block, and the block with the last one.</summary>
    public void Release(InodeNumber number, Inode inode)
    {
        if (inode.XattrBlock == 0)
            return;
        byte[] bytes = AttributeBlocks.Read(volume, number, inode);
        uint references = new XattrBlock(bytes).References;
        if (references > 1)
            StoreBlock(inode.XattrBlock, bytes, references - 1);
        else
            blocks.Free(inode.XattrBlock, 1);
        inode.XattrBlock = 0;
    }

    private void StoreBlock(long number, byte[] bytes, uint references)
    {
        var block = new XattrBlock(bytes) { References = references };
        if (volume.Checksums.Metadata)
            block.Checksum = volume.Checksums.OfXattrBlock(number, bytes);
        volume.WriteBlock(number, bytes);
    }

    /// <summary>Entries grow from the front, values from the end; between them four zero bytes at least.</summary>
    private static bool TryPack(Span<byte> area, int start, List<Attribute> attributes, bool hashes)
    {
        int needed = attributes.Sum(attribute => XattrEntry.HeaderSize + XattrEntry.Padded(attribute.Name.Length)
            + XattrEntry.Padded(attribute.Value.Length));
        if (start + needed + EndMark > area.Length)
            return false;
        int value = area.Length;
        foreach (Attribute attribute in attributes)
        {
            value -= XattrEntry.Padded(attribute.Value.Length);
            Span<byte> entry = area[start..];
            entry[0x0] = (byte)attribute.Name.Length;                                                 // e_name_len
            entry[0x1] = attribute.Index;                                                             // e_name_index
            Le.Put16(entry, 0x2, (ushort)(attribute.Value.Length == 0 ? 0 : value));                  // e_value_offs
            Le.Put32(entry, 0x8, (uint)attribute.Value.Length);                                       // e_value_size
            Le.Put32(entry, 0xC, hashes ? XattrEntry.HashOf(attribute.Name, attribute.Value) : 0);                                      // e_hash
            attribute.Name.CopyTo(entry[XattrEntry.HeaderSize..]);
            attribute.Value.CopyTo(area[value..]);
            start += XattrEntry.HeaderSize + XattrEntry.Padded(attribute.Name.Length);
        }

        return true;
    }

    private static Attribute Parse(string name, byte[] value)
    {
        var (index, rest) = AttributeNames.Split(name);
        return new Attribute(index, rest, value);
    }
}
