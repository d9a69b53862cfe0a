using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Checks attribute values that are in inodes of their own (ea_inode): what refers to them, how often, and their hashes.
/// </summary>
/// <remarks>Such an inode is shared by all entries with the value, and has no name in any directory.</remarks>
internal sealed class EaInodeAudit(ExtVolume volume, AuditReport report)
{
    private readonly Dictionary<uint, long> _references = [];
    private readonly List<InodeNumber> _inodes = [];

    /// <summary>Registers an inode that holds a value.</summary>
    public void Register(InodeNumber number, Inode inode)
    {
        _inodes.Add(number);
        if (inode.Kind != FileKind.Regular)
            report.Add(new Finding(number.ToString(), "i_mode", $"0x{inode.Mode:X4}",
                "a regular file: it holds the value of an attribute"));
        report.Compare(number.ToString(), "i_links_count", inode.LinksCount, 1);
        bool readable = inode.Size is >= 0 and <= XattrEntry.LongestValue && inode.HasBlockMap;
        if (!readable || volume.Checksums.OfEaValue(
            new FileContent(volume, number, inode).ReadBytes(0, (int)inode.Size)) != inode.EaValueHash)
            report.AddRemark(new Finding(number.ToString(), "the attribute value in it", "not the one that its hash is of",
                "a value with the hash in i_atime"));
    }

    /// <summary>Counts an entry that leads to such an inode.</summary>
    /// <returns>Blocks that i_blocks of <paramref name="owner"/> counts for the value.</returns>
    public long Refer(string structure, InodeNumber owner, Inode inode, XattrEntry entry)
    {
        uint number = entry.ValueInode;
        Inode value = number >= volume.Geometry.FirstInode && number <= volume.Geometry.InodeCount
            ? new Inode(volume.ReadInode(new InodeNumber(number))) : default;
        if (value.Bytes.IsEmpty || value.LinksCount == 0 || !value.IsEaInode)
        {
            report.Add(new Finding(structure, "e_value_inum", $"{number}", "an inode that holds an attribute value"));
            return 0;
        }

        _references[number] = _references.GetValueOrDefault(number) + 1;
        if (value.Size != entry.ValueSize)
            report.AddRemark(new Finding(structure, "e_value_size", $"{entry.ValueSize}",
                $"{value.Size}, the size of inode {number}"));
        if (entry.HasHash(value.EaValueHash))
            return (entry.ValueSize + (long)volume.Geometry.BlockSize - 1) / volume.Geometry.BlockSize;
        // Lustre's have no hash, but name the inode that they belong to, which does not count their blocks.
        if (value.ModifyTime != owner.Value || value.Generation != inode.Generation)
            report.Add(new Finding(structure, "e_hash", $"0x{entry.Hash:X8}", $"the hash for the value in inode {number}"));
        return 0;
    }

    /// <summary>Compares the references that were counted with those that the inodes say.</summary>
    public void CheckReferences()
    {
        foreach (InodeNumber number in _inodes)
        {
            long stored = new Inode(volume.ReadInode(number)).EaReferences;
            report.Compare(number.ToString(), "its number of references (i_ctime, l_i_version)", stored,
                _references.GetValueOrDefault(number.Value));
        }
    }
}
