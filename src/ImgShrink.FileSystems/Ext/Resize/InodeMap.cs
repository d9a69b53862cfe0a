namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>New numbers for the inodes of groups that are dropped; all others keep theirs.</summary>
internal sealed class InodeMap
{
    private readonly Dictionary<uint, uint> _renumbered;

    /// <summary>Gives every inode behind the target's last one the lowest number that is free.</summary>
    /// <param name="target">The geometry after the shrink.</param>
    /// <param name="inUse">The inodes in use, by number.</param>
    public InodeMap(ExtGeometry target, BlockSet inUse)
        : this([])
    {
        long kept = target.InodeCount + 1L;
        long free = target.FirstInode;
        foreach (var (start, count) in inUse.Runs(kept, inUse.Length))
        {
            for (long number = start; number < start + count; number++)
            {
                free = inUse.NextOut(free, kept);
                _renumbered.Add((uint)number, (uint)free++);
            }
        }
    }

    /// <summary>Gives inodes the numbers that are said; none of them may be in use.</summary>
    internal InodeMap(Dictionary<uint, uint> renumbered) => _renumbered = renumbered;

    /// <summary>Whether no inode changes its number.</summary>
    public bool IsIdentity => _renumbered.Count == 0;

    /// <summary>How many inodes change their number.</summary>
    public int Count => _renumbered.Count;

    /// <summary>The new numbers, in no order.</summary>
    public IEnumerable<InodeNumber> NewNumbers => _renumbered.Values.Select(number => new InodeNumber(number));

    /// <summary>The number that an inode has in the target.</summary>
    public InodeNumber this[InodeNumber number] => new(this[number.Value]);

    /// <summary>The number that an inode has in the target.</summary>
    public uint this[uint number] => _renumbered.GetValueOrDefault(number, number);
}
