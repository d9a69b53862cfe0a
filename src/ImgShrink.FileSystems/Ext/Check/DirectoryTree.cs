using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>How directories hang together: which one names which, what their ".." say, and what that counts to.</summary>
internal sealed class DirectoryTree(ExtVolume volume, AuditReport report, Census census)
{
    private readonly Dictionary<uint, uint> _parentByName = [];
    private readonly Dictionary<uint, uint> _parentByDotDot = [];
    private readonly Dictionary<uint, int> _subdirectories = [];
    private readonly HashSet<uint> _uncounted = [];

    /// <summary>Registers that a directory is named in another one.</summary>
    public void AddChild(InodeNumber parent, InodeNumber child)
    {
        if (!_parentByName.TryAdd(child.Value, parent.Value))
            report.Add(new Finding($"directory {child}", "its names", $"also in directory {parent}", "one name"));
        _subdirectories[parent.Value] = _subdirectories.GetValueOrDefault(parent.Value) + 1;
    }

    /// <summary>Registers which directory the ".." of another one leads to.</summary>
    public void SetDotDot(InodeNumber directory, uint parent) => _parentByDotDot[directory.Value] = parent;

    /// <summary>Registers a directory that once had more links than can be counted, and has 1 ever since.</summary>
    public void SetUncounted(InodeNumber directory) => _uncounted.Add(directory.Value);

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
            var path = new HashSet<uint>();
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

    /// <summary>Every inode has as many links as there are names for it; a directory those of its own and below.</summary>
    public void CheckLinkCounts()
    {
        foreach (var (number, kind, links, names) in census.All())
        {
            if (number.Value < volume.Geometry.FirstInode && number != InodeNumber.Root || volume.IsNameless(number))
                continue;
            int expected = kind == FileKind.Directory ? 2 + _subdirectories.GetValueOrDefault(number.Value) : names;
            if (names == 0 && number != InodeNumber.Root)
                report.Add(new Finding(number.ToString(), "its names", "none", "at least one directory entry"));
            else if (!_uncounted.Contains(number.Value))
                report.Compare(number.ToString(), "i_links_count", links, expected);
        }
    }
}
