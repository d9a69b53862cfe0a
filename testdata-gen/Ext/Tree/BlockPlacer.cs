using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;

namespace ImgShrink.SampleCards.Ext.Tree;

/// <summary>Chooses the blocks of files, in one run or in whatever lies free.</summary>
internal sealed class BlockPlacer(ExtDraft draft)
{
    /// <summary>
    /// A leaf node of an extent tree for each of the four slots of an inode would hold more than this.
    /// </summary>
    private const int MostExtents = 300;

    /// <summary>Takes blocks for one part of a file and adds them to its extents.</summary>
    /// <param name="extents">The file's extents so far.</param>
    /// <param name="logical">The first block of the part, counted from the start of the file.</param>
    /// <param name="count">How many blocks.</param>
    /// <param name="goal">Where on the volume to begin to look.</param>
    /// <param name="scatter">
    /// Take the first free blocks there are, however short the runs, as a full volume would.
    /// </param>
    /// <exception cref="NotEnoughSpaceException">The volume is full.</exception>
    public void Place(List<Extent> extents, uint logical, int count, long goal, bool scatter)
    {
        while (count > 0)
        {
            var (start, free) = scatter && extents.Count < MostExtents
                ? NextGap(goal, 1)
                : NextGap(goal, Math.Min(count, draft.Geometry.BlocksPerGroup / 4));
            int taken = (int)Math.Min(Math.Min(free, count), 32767);
            draft.Used.Add(start, taken);
            var extent = new Extent(logical, start, taken, Unwritten: false);
            if (extents.Count > 0 && extents[^1].IsContinuedBy(extent) && extents[^1].Length + taken <= 32768)
                extents[^1] = extents[^1] with { Length = extents[^1].Length + taken };
            else
                extents.Add(extent);
            logical += (uint)taken;
            count -= taken;
            goal = start + taken;
        }
    }

    /// <summary>Takes one block for a file's map.</summary>
    public long PlaceOne(List<Extent> mapBlocks, long goal)
    {
        long block = NextGap(goal, 1).Start;
        draft.Used.Add(block);
        mapBlocks.Add(new Extent(0, block, 1, Unwritten: false));
        return block;
    }

    /// <summary>Gives the blocks of a deleted file back.</summary>
    public void Free(TreeNode node)
    {
        foreach (Extent extent in node.Extents.Concat(node.MapBlocks))
            draft.Used.Remove(extent.Physical, extent.Length);
    }

    private (long Start, long Count) NextGap(long goal, int least)
    {
        foreach (long from in new[] { goal, draft.Geometry.FirstDataBlock })
        {
            foreach (var gap in draft.Used.Gaps(from, draft.Geometry.BlockCount))
            {
                if (gap.Count >= least)
                    return gap;
            }
        }

        throw new NotEnoughSpaceException($"The sample tree does not fit the volume of {draft.Geometry.Bytes} bytes.");
    }
}
