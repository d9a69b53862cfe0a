using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Checks directories: their blocks, that every name leads to an inode in use, that all hang together, link counts.
/// </summary>
internal sealed class DirectoryAudit(ExtVolume volume, AuditReport report, Census census)
{
    private const int MostLinks = 65000; // EXT4_LINK_MAX; with dir_nlink a directory beyond it counts 1

    private readonly Dictionary<uint, uint> _parentByName = [];
    private readonly Dictionary<uint, uint> _parentByDotDot = [];
    private readonly Dictionary<uint, int> _subdirectories = [];

    public void Check(InodeNumber directory)
    {
        try
        {
            byte[] bytes = volume.ReadInode(directory);
            var inode = new Inode(bytes);
            uint seed = volume.Checksums.InodeSeed(directory, inode.Generation);
            bool indexed = inode.Flags.HasFlag(InodeFlags.Indexed);
            foreach (Extent extent in BlockMap.Read(volume, directory, inode).Extents)
            {
                for (int i = 0; i < extent.Length; i++)
                    CheckBlock(directory, (uint)(extent.Logical + i), extent.Physical + i, seed, indexed);
            }
        }
        catch (CorruptImageException damage)
        {
            report.Add(damage);
        }
    }

    /// <summary>
    /// Every directory but the root has one name, in the directory that its ".." says, and the root above it.
    /// </summary>
    public void CheckConnections()
    {
        var rooted = new HashSet<uint> { InodeNumber.Root.Value };
        foreach (var (number, kind, _, _) in census.All())
        {
            if (kind != FileKind.Directory || number == InodeNumber.Root)
                continue;
            uint parent = _parentByName.GetValueOrDefault(number.Value);
            report.Compare($"directory {number}", "'..'", _parentByDotDot.GetValueOrDefault(number.Value), parent);
            var path = new List<uint>();
            uint at = number.Value;
            while (rooted.Add(at) && _parentByName.TryGetValue(at, out uint above))
            {
                path.Add(at);
                at = above;
            }

            // Going up ends at something known to be rooted, unless it runs in a circle or ends at an orphan.
            if (path.Contains(at) || !_parentByName.ContainsKey(at) && at != InodeNumber.Root.Value)
                report.Add(new Finding($"directory {number}", "its path", "not connected to the root",
                    "a path from the root"));
        }

        report.Compare("directory inode 2", "'..'", _parentByDotDot.GetValueOrDefault(InodeNumber.Root.Value),
            InodeNumber.Root.Value);
    }

    public void CheckLinkCounts()
    {
        foreach (var (number, kind, links, names) in census.All())
        {
            if (number.Value < volume.Geometry.FirstInode && number != InodeNumber.Root || number.Value == OrphanFile)
                continue;
            int expected = kind == FileKind.Directory ? 2 + _subdirectories.GetValueOrDefault(number.Value) : names;
            bool overflown = kind == FileKind.Directory && expected > MostLinks && links == 1;
            if (names == 0 && number != InodeNumber.Root)
                report.Add(new Finding(number.ToString(), "its names", "none", "at least one directory entry"));
            else if (!overflown)
                report.Compare(number.ToString(), "i_links_count", links, expected);
        }
    }

    private uint OrphanFile =>
        volume.Superblock.Compat.HasFlag(CompatFeatures.OrphanFile) ? volume.Superblock.OrphanFileInode : 0;

    private void CheckBlock(InodeNumber directory, uint logical, long physical, uint seed, bool indexed)
    {
        DirectoryBlock block = DirectoryBlock.Open(
            volume.ReadBlock(physical), directory, logical, indexed, volume.Checksums.Metadata);
        if (volume.Checksums.Metadata)
            report.Compare($"directory {directory}, block {logical}", "checksum", block.StoredChecksum,
                block.ComputeChecksum(seed));
        int position = 0;
        foreach (DirEntry entry in block)
        {
            if (logical == 0 && position < 2)
                CheckDots(directory, entry, position);
            else if (entry.Inode != 0)
                CheckEntry(directory, entry);
            position++;
        }
    }

    private void CheckDots(InodeNumber directory, DirEntry entry, int position)
    {
        bool named = entry.NameLength == position + 1 && !entry.Name.ContainsAnyExcept((byte)'.');
        if (!named || position == 0 && entry.Inode != directory.Value)
            report.Add(new Finding($"directory {directory}", $"entry {position}", $"{entry.Inode}", position == 0
                ? "'.' with its own number" : "'..'"));
        if (position == 1)
            _parentByDotDot[directory.Value] = entry.Inode;
    }

    private void CheckEntry(InodeNumber directory, DirEntry entry)
    {
        bool valid = entry.NameLength > 0 && !entry.Name.ContainsAny((byte)0, (byte)'/')
            && !entry.Name.SequenceEqual("."u8) && !entry.Name.SequenceEqual(".."u8);
        if (!valid || entry.Inode < volume.Geometry.FirstInode || !census.TryCountName(entry.Inode, out FileKind kind))
        {
            report.Add(new Finding($"directory {directory}", $"entry '{Encoding.UTF8.GetString(entry.Name)}'",
                $"inode {entry.Inode}", "a name and an inode in use"));
            return;
        }

        if (volume.Superblock.Incompat.HasFlag(IncompatFeatures.FileType) && entry.FileType != FileTypes.Unknown
            && entry.FileType != FileTypes.Of(kind))
            report.Add(new Finding($"directory {directory}", $"file type of '{Encoding.UTF8.GetString(entry.Name)}'",
                $"{entry.FileType}", $"{FileTypes.Of(kind)}"));
        if (kind != FileKind.Directory)
            return;
        if (!_parentByName.TryAdd(entry.Inode, directory.Value))
            report.Add(new Finding($"directory inode {entry.Inode}", "its names", $"also in directory {directory}",
                "one name"));
        _subdirectories[directory.Value] = _subdirectories.GetValueOrDefault(directory.Value) + 1;
    }
}
