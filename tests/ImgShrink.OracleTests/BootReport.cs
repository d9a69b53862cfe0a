namespace ImgShrink.OracleTests;

/// <summary>
/// What the guest said of its disk before it powered off; see lab-look in make-card.sh and make-small-root.sh.
/// </summary>
/// <param name="DiskBytes">The card.</param>
/// <param name="RootStartSector">The root's first sector of 512 bytes.</param>
/// <param name="RootPartitionBytes">The root's partition, as the kernel has it.</param>
/// <param name="RootPartitionId">The root's PARTUUID; "none" where the guest cannot tell.</param>
/// <param name="RootFileSystemBytes">The root's file system, without its own structures.</param>
/// <param name="HookFiles">What is left of the hook.</param>
/// <param name="FailedUnits">The units that systemd calls failed; empty when all is well.</param>
/// <param name="OrderingCycles">How many cycles systemd found in the order of its units.</param>
/// <param name="Console">All that the guest wrote.</param>
internal sealed record BootReport(
    long DiskBytes,
    long RootStartSector,
    long RootPartitionBytes,
    string RootPartitionId,
    long RootFileSystemBytes,
    IReadOnlyList<string> HookFiles,
    string FailedUnits,
    int OrderingCycles,
    string Console)
{
    public static BootReport Parse(string console)
    {
        int start = console.IndexOf("LAB LOOK", StringComparison.Ordinal);
        Assert.True(start >= 0 && console.Contains("LAB END"), $"The guest did not come up:\n{console}");
        string[][] lines = [.. console[start..].Split('\n').Select(line => line.Split((char[])[' ', '\r'], StringSplitOptions.RemoveEmptyEntries))];
        string[] root = Line("part");
        return new(
            DiskBytes: long.Parse(Line("disk")[1]),
            RootStartSector: long.Parse(root[1]),
            RootPartitionBytes: long.Parse(root[2]),
            RootPartitionId: root[3],
            RootFileSystemBytes: long.Parse(Line("root")[1]),
            HookFiles: [.. lines.Where(line => line is ["hook", ..]).Select(line => line[1])],
            FailedUnits: string.Join(' ', Line("failed").Skip(1)),
            OrderingCycles: int.Parse(Line("cycles")[1]),
            Console: console);

        string[] Line(string word) => Array.Find(lines, line => line.Length > 0 && line[0] == word)
            ?? throw new FormatException($"The guest's report has no line \"{word}\":\n{console}");
    }

    /// <summary>Fails the test unless the root fills the card, its identity is what it was, and the hook is gone.</summary>
    public void ExpectFilled(string partitionId)
    {
        long end = RootStartSector * 512 + RootPartitionBytes;
        Assert.True(DiskBytes - end is >= 0 and < 4 << 20, $"The root ends at byte {end} of {DiskBytes}:\n{Console}");
        Assert.True(RootFileSystemBytes > RootPartitionBytes * 0.9, $"The file system did not grow:\n{Console}");
        Assert.Equal(partitionId, RootPartitionId);
        Assert.Empty(HookFiles);
        Assert.Equal("", FailedUnits);
        Assert.Equal(0, OrderingCycles);
    }
}
