using ImgShrink.Blocks;
using ImgShrink.FileSystems.Xfs.OnDisk;

namespace ImgShrink.FileSystems.Xfs;

/// <summary>The free blocks of the allocation groups, from their trees by block number.</summary>
/// <remarks>
/// Believed only where the runs of a group ascend, lie inside, and make up its counts; in version 5 every block of a tree has
/// to have its checksum, too. The work is bounded by the number of blocks.
/// </remarks>
internal sealed class XfsFreeSpace(IBlockSource volume, XfsGeometry geometry)
{
    private const uint MostLevels = 9;

    /// <summary>All that is not free.</summary>
    /// <exception cref="CorruptImageException">A tree contradicts itself or its header.</exception>
    public RangeSet UsedBlocks()
    {
        var used = new RangeSet();
        for (uint group = 0; group < geometry.GroupCount; group++)
        {
            long behind = 0;
            foreach ((uint start, uint count) in FreeRuns(group))
            {
                used.Add(ByteRange.Between(geometry.At(group, behind), geometry.At(group, start)));
                behind = start + (long)count;
            }

            used.Add(ByteRange.Between(geometry.At(group, behind), geometry.At(group, geometry.BlocksOf(group))));
        }

        return used;
    }

    private List<(uint Start, uint Count)> FreeRuns(uint group)
    {
        uint blocks = geometry.BlocksOf(group);
        if ((long)blocks * geometry.BlockSize < 2L * geometry.SectorSize)
            throw Damaged(group, "its length", $"{blocks} blocks", "enough for its headers");
        byte[] sector = volume.ReadBytes(geometry.At(group, 0) + geometry.SectorSize, geometry.SectorSize);
        var header = new FreeSpaceHeader(sector);
        if (!header.HasMagic || header.Group != group || header.Blocks != blocks)
            throw Damaged(group, "its header", "not its own", "\"XAGF\", its number and its length");
        if (geometry.IsVersion5 && (!XfsGeometry.HasGoodChecksum(sector, FreeSpaceHeader.ChecksumAt)
            || new Guid(header.Uuid, bigEndian: true) != geometry.MetadataUuid))
            throw Damaged(group, "agf_crc or agf_uuid", "another one", "its own");
        if (header.Levels is 0 or > MostLevels)
            throw Damaged(group, "agf_levels", $"{header.Levels}", $"1 to {MostLevels}");

        var runs = new List<(uint Start, uint Count)>();
        Collect(group, header.Root, (int)header.Levels - 1, runs);
        long total = runs.Sum(run => (long)run.Count), longest = runs.Count == 0 ? 0 : runs.Max(run => run.Count);
        return total == header.FreeBlocks && longest == header.Longest ? runs : throw Damaged(group, "its free space",
            $"{total} blocks, {longest} at once", $"{header.FreeBlocks} and {header.Longest}");
    }

    private void Collect(uint group, uint root, int rootLevel, List<(uint Start, uint Count)> runs)
    {
        uint blocks = geometry.BlocksOf(group), read = 0;
        var pending = new Stack<(uint Block, int Level)>([(root, rootLevel)]);
        while (pending.TryPop(out var next))
        {
            if (next.Block == 0 || next.Block >= blocks || read++ == blocks)
                throw Damaged(group, "a block of its tree", $"block {next.Block}", $"1 to {blocks - 1}, each once");
            byte[] bytes = volume.ReadBytes(geometry.At(group, next.Block), geometry.BlockSize);
            var block = new FreeSpaceBlock(bytes, geometry.IsVersion5);
            Check(group, next.Block, next.Level, bytes);
            for (int i = 0; i < block.Count && next.Level == 0; i++)
                AddRun(group, blocks, block.Record(i), runs);
            for (int i = block.Count - 1; i >= 0 && next.Level > 0; i--)
                pending.Push((block.Child(i), next.Level - 1));
        }
    }

    private static void AddRun(uint group, uint blocks, (uint Start, uint Count) run, List<(uint Start, uint Count)> runs)
    {
        long behind = runs.Count == 0 ? 1 : runs[^1].Start + (long)runs[^1].Count;
        if (run.Count == 0 || run.Start < behind || run.Start + (long)run.Count > blocks)
            throw Damaged(group, "a free run", $"{run.Count} blocks from {run.Start} on", $"between {behind} and {blocks}");
        runs.Add(run);
    }

    private void Check(uint group, uint number, int level, byte[] bytes)
    {
        var block = new FreeSpaceBlock(bytes, geometry.IsVersion5);
        string place = $"block {number} of its tree";
        if (!block.HasMagic || block.Level != level || block.Count > block.Capacity)
            throw Damaged(group, place, $"of level {block.Level} with {block.Count} records", $"of level {level}, and full at most");
        if (geometry.IsVersion5 && (!XfsGeometry.HasGoodChecksum(bytes, FreeSpaceBlock.ChecksumAt) || block.Group != group
            || block.Sector != (ulong)geometry.At(group, number) / 512
            || new Guid(block.Uuid, bigEndian: true) != geometry.MetadataUuid))
            throw Damaged(group, place, "with another bb_crc, bb_owner, bb_blkno or bb_uuid", "with its own");
    }

    private static CorruptImageException Damaged(uint group, string place, string found, string expected) =>
        new(new Finding($"XFS allocation group {group}", place, found, expected), XfsGeometry.Advice);
}
