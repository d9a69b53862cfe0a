using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Checks directories one by one: their blocks, their hash index, and that every name leads to an inode in use.
/// </summary>
internal sealed class DirectoryAudit(ExtVolume volume, AuditReport report, Census census, DirectoryTree tree)
{
    /// <summary>Encrypted names are padded to this many bytes at least, and may hold any byte.</summary>
    private const int ShortestEncryptedName = 16;

    public void Check(InodeNumber directory)
    {
        try
        {
            byte[] bytes = volume.ReadInode(directory);
            var inode = new Inode(bytes);
            if (inode.HasInlineData)
                CheckInline(directory, inode);
            else
                CheckBlocks(directory, inode);
        }
        catch (CorruptImageException damage)
        {
            report.Add(damage);
        }
    }

    private void CheckBlocks(InodeNumber directory, Inode inode)
    {
        uint seed = volume.Checksums.InodeSeed(directory, inode.Generation);
        bool indexed = inode.Flags.HasFlag(InodeFlags.Indexed);
        if (indexed && !volume.Superblock.Compat.HasFlag(CompatFeatures.DirIndex))
            report.Add(new Finding($"directory {directory}", "i_flags", "with a hash index",
                "none: the volume does not have the feature"));
        // Beyond 65000 links (EXT4_LINK_MAX) nothing is counted any more; it takes an index to get there.
        if (indexed && inode.LinksCount == 1)
            tree.SetUncounted(directory);
        var names = new NamesSeen();
        HashIndexAudit? index = indexed ? new HashIndexAudit(volume, report, directory, inode.Flags) : null;
        foreach (Extent extent in BlockMap.Read(volume, directory, inode).Extents)
        {
            for (int i = 0; i < extent.Length; i++)
            {
                var logical = (uint)(extent.Logical + i);
                DirectoryBlock block = Open(directory, logical, extent.Physical + i, seed, indexed);
                index?.Add(block);
                CheckEntries(directory, block, logical, names, inode.Flags);
            }
        }

        index?.Run();
    }

    /// <summary>A directory in its inode has two chains of entries, but no "." and no "..".</summary>
    private void CheckInline(InodeNumber directory, Inode inode)
    {
        InlineData data = InlineData.Open(directory, inode);
        tree.SetDotDot(directory, data.Parent);
        var names = new NamesSeen();
        foreach (DirEntry entry in DirectoryBlock.OpenInline(data.HeadEntries, directory))
        {
            if (entry.Inode != 0)
                CheckEntry(directory, entry, names, inode.Flags);
        }

        foreach (DirEntry entry in DirectoryBlock.OpenInline(data.Rest, directory))
        {
            if (entry.Inode != 0)
                CheckEntry(directory, entry, names, inode.Flags);
        }
    }

    private DirectoryBlock Open(InodeNumber directory, uint logical, long physical, uint seed, bool indexed)
    {
        DirectoryBlock block = DirectoryBlock.Open(
            volume.ReadBlock(physical), directory, logical, indexed, volume.Checksums.Metadata);
        if (volume.Checksums.Metadata)
            report.Compare($"directory {directory}, block {logical}", "checksum", block.StoredChecksum,
                block.ComputeChecksum(seed));
        return block;
    }

    private void CheckEntries(InodeNumber directory, DirectoryBlock block, uint logical, NamesSeen names,
        InodeFlags flags)
    {
        int position = 0;
        foreach (DirEntry entry in block)
        {
            if (logical == 0 && position < 2)
                CheckDots(directory, entry, position);
            else if (entry.Inode != 0)
                CheckEntry(directory, entry, names, flags);
            position++;
        }
    }

    private void CheckDots(InodeNumber directory, DirEntry entry, int position)
    {
        // Some readers take these two names up to the zero behind them.
        bool named = entry.NameLength == position + 1 && !entry.Name.ContainsAnyExcept((byte)'.')
            && entry.IsTerminated;
        if (!named || position == 0 && entry.Inode != directory.Value)
            report.Add(new Finding($"directory {directory}", $"entry {position}", $"{entry.Inode}", position == 0
                ? "'.' with its own number" : "'..'"));
        else
            CheckType(directory, entry, FileKind.Directory);
        if (position == 1)
            tree.SetDotDot(directory, entry.Inode);
    }

    private void CheckEntry(InodeNumber directory, DirEntry entry, NamesSeen names, InodeFlags flags)
    {
        bool valid = flags.HasFlag(InodeFlags.Encrypted)
            ? entry.NameLength >= ShortestEncryptedName
            : entry.NameLength > 0 && !entry.Name.ContainsAny((byte)0, (byte)'/')
                && !entry.Name.SequenceEqual("."u8) && !entry.Name.SequenceEqual(".."u8);
        if (!valid || entry.Inode < volume.Geometry.FirstInode || !census.TryCountName(entry.Inode, out FileKind kind))
        {
            report.Add(new Finding($"directory {directory}", $"entry '{Text(entry)}'", $"inode {entry.Inode}",
                "a name and an inode in use"));
            return;
        }

        if (!names.TryAdd(entry.Name))
            report.Add(new Finding($"directory {directory}", $"entry '{Text(entry)}'", "there twice",
                "a name only once"));
        if (DirectoryHash.IsKeyed(flags) && entry.StoredHash is null)
            report.Add(new Finding($"directory {directory}", $"rec_len of '{Text(entry)}'", $"{entry.RecordLength}",
                "room for the hash behind the name"));
        CheckType(directory, entry, kind);
        if (kind == FileKind.Directory)
            tree.AddChild(directory, new InodeNumber(entry.Inode));
    }

    /// <summary>Without the feature the byte belongs to the name's length, and no name is longer than 255.</summary>
    private void CheckType(InodeNumber directory, DirEntry entry, FileKind kind)
    {
        bool hasTypes = volume.Superblock.Incompat.HasFlag(IncompatFeatures.FileType);
        byte expected = hasTypes ? FileTypes.Of(kind) : FileTypes.Unknown;
        if (entry.FileType != FileTypes.Unknown && entry.FileType != expected)
            report.Add(new Finding($"directory {directory}", $"file type of '{Text(entry)}'", $"{entry.FileType}",
                $"{expected}"));
    }

    private static string Text(DirEntry entry) => Encoding.UTF8.GetString(entry.Name);
}
