using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>Checks extended attributes: those in inodes, and those in blocks that inodes share.</summary>
/// <remarks>
/// The hash of a block (h_hash) is nobody's business: some tools leave it 0, and no driver relies on it.
/// </remarks>
internal sealed class XattrAudit(ExtVolume volume, AuditReport report, EaInodeAudit values)
{
    // Blocks of values in inodes of their own that entries of a shared block lead to.
    private readonly Dictionary<long, long> _valueBlocks = [];

    /// <summary>Checks the attributes of an inode and claims its attribute block.</summary>
    /// <returns>Blocks that i_blocks counts for them.</returns>
    /// <exception cref="CorruptImageException">A list cannot be walked, or its block is somebody else's.</exception>
    public long Check(InodeNumber number, Inode inode)
    {
        long owned = 0;
        foreach (XattrEntry entry in XattrList.InInode(number, inode))
            owned += CheckEntry($"attributes in {number}", number, inode, entry,
                XattrList.InInode(number, inode).WordsOf(entry), optionalHash: true);
        return inode.XattrBlock == 0 ? owned : owned + 1 + CheckBlock(number, inode);
    }

    /// <summary>Compares how many inodes refer to each attribute block with what the block says.</summary>
    public void CheckReferences()
    {
        foreach (var (block, references) in report.Use.XattrBlocks)
        {
            var header = new XattrBlock(volume.ReadBlock(block));
            report.Compare($"extended attribute block {block}", "h_refcount", header.References, references);
        }

        values.CheckReferences();
    }

    private long CheckBlock(InodeNumber number, Inode inode)
    {
        long block = inode.XattrBlock;
        if (report.Use.XattrBlocks.TryGetValue(block, out int references))
        {
            report.Use.XattrBlocks[block] = references + 1;
            return _valueBlocks.GetValueOrDefault(block);
        }

        if (!volume.IsInside(block))
            throw ExtDamage.In(number, "i_file_acl", $"{block}",
                $"inside the volume of {volume.Geometry.BlockCount} blocks");
        report.Claim(number, block, 1);
        report.Use.XattrBlocks.Add(block, 1);
        byte[] bytes = volume.ReadBlock(block);
        var header = new XattrBlock(bytes);
        string structure = $"extended attribute block {block}";
        if (header.Magic != XattrBlock.ExpectedMagic || header.Blocks != 1)
        {
            report.Add(new Finding(structure, "h_magic and h_blocks", $"0x{header.Magic:X8} and {header.Blocks}",
                $"0x{XattrBlock.ExpectedMagic:X8} and 1"));
            return 0;
        }

        if (volume.Checksums.Metadata)
            report.Compare(structure, "h_checksum", header.Checksum, volume.Checksums.OfXattrBlock(block, bytes));
        long blocks = 0;
        XattrList list = XattrList.InBlock(block, bytes);
        foreach (XattrEntry entry in list)
        {
            if (entry.NameIndex == 0)
                report.Add(new Finding(structure, "e_name_index", "0", "1 or more, for the prefix of the name"));
            blocks += CheckEntry(structure, number, inode, entry, list.WordsOf(entry), optionalHash: false);
        }

        _valueBlocks.Add(block, blocks);
        return blocks;
    }

    private long CheckEntry(
        string structure, InodeNumber number, Inode inode, XattrEntry entry, ReadOnlySpan<byte> words, bool optionalHash)
    {
        if (entry.ValueInode != 0)
            return values.Refer(structure, number, inode, entry);
        if (!(optionalHash && entry.Hash == 0) && !entry.HasHash(words))
            report.Add(new Finding(structure, "e_hash", $"0x{entry.Hash:X8}",
                $"0x{XattrEntry.HashOf(entry.Name, words):X8}"));
        return 0;
    }
}
