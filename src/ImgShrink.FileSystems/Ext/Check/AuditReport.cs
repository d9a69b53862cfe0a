using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>What an audit found: the first findings and how many there were; and what is in use.</summary>
internal sealed class AuditReport
{
    /// <summary>Findings beyond these are only counted: one broken table makes thousands.</summary>
    public const int MostFindings = 20;

    private readonly List<Finding> _findings = [];
    private readonly List<Finding> _remarks = [];

    public AuditReport(ExtGeometry geometry) => Use = new VolumeUse(geometry);

    /// <summary>The first findings, in the order of the volume's structures.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>
    /// The first of what is not as it should be and does no harm: it will be in the shrunk volume just as it is here.
    /// </summary>
    public IReadOnlyList<Finding> Remarks => _remarks;

    /// <summary>How many of those there were in all.</summary>
    public int RemarkCount { get; private set; }

    /// <summary>How many findings there were in all.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the volume is sound: every block owned once, and everything agrees.</summary>
    public bool IsClean => Count == 0;

    /// <summary>Which blocks and inodes are in use; complete only when the volume is clean.</summary>
    public VolumeUse Use { get; }

    public void Add(Finding finding)
    {
        Count++;
        if (_findings.Count < MostFindings)
            _findings.Add(finding);
    }

    /// <summary>Adds what made a reader give up on one structure.</summary>
    public void Add(CorruptImageException failure)
    {
        foreach (Finding finding in failure.Findings)
            Add(finding);
    }

    /// <summary>Adds something that is not as it should be, and that a shrink carries over without harm.</summary>
    public void AddRemark(Finding remark)
    {
        RemarkCount++;
        if (_remarks.Count < MostFindings)
            _remarks.Add(remark);
    }

    /// <summary>Takes a run of blocks for an inode.</summary>
    /// <exception cref="CorruptImageException">It belongs to somebody else.</exception>
    public void Claim(InodeNumber owner, long start, long count)
    {
        if (!Use.TryClaim(start, count))
            throw ExtDamage.In(owner, $"block {start}{(count > 1 ? $" to {start + count - 1}" : "")}",
                "used by another inode or structure too", "a block of its own");
    }

    /// <summary>Adds a finding unless the numbers are equal.</summary>
    public void Compare(string structure, string place, long found, long expected)
    {
        if (found != expected)
            Add(new Finding(structure, place, $"{found}", $"{expected}"));
    }

    /// <summary>Ends the run unless the volume is clean.</summary>
    /// <exception cref="CorruptImageException">With the first findings and their number.</exception>
    public void ThrowUnlessClean()
    {
        if (IsClean)
            return;
        string more = Count > _findings.Count ? $" (the first {_findings.Count} are shown)" : "";
        throw new CorruptImageException(
            $"The ext volume has {Count} error{(Count == 1 ? "" : "s")}{more}:",
            _findings,
            "Run 'e2fsck -f' on it, or use --no-shrink to copy it as it is.");
    }
}
