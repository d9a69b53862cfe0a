using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Resize;

namespace ImgShrink.FileSystems.Ext.Shrink;

/// <summary>What a shrink of a volume comes to: its size, and the view of the shrunk volume.</summary>
/// <param name="BlockCount">Blocks of the shrunk volume.</param>
/// <param name="BlockSize">Bytes in a block.</param>
/// <param name="Floor">How small it could get, with no room left, and why.</param>
/// <param name="RenumberedInodes">Inodes that have another number, because their group is gone.</param>
/// <param name="MovedBlocks">Blocks that lie elsewhere.</param>
/// <param name="View">The shrunk volume, ready to be written.</param>
public sealed record ShrinkPlan(
    long BlockCount, int BlockSize, SizeFloor Floor, int RenumberedInodes, long MovedBlocks, TargetView View)
{
    /// <summary>The fewest blocks that it could have, with no room left.</summary>
    public long MinimumBlocks => Floor.Bytes / BlockSize;

    // Two or three rounds settle it: each round gives the blocks that split runs cost in the round before.
    private const int MostRounds = 20;

    /// <summary>Plans a shrink as far down as the room that is asked for allows.</summary>
    /// <param name="volume">A volume that has been audited; it is left as it is.</param>
    /// <param name="use">What the audit found to be in use.</param>
    /// <param name="room">How much to leave free.</param>
    /// <param name="cancellation">Ends the planning.</param>
    /// <exception cref="NotEnoughSpaceException">A wished size is too small.</exception>
    internal static ShrinkPlan Make(ExtVolume volume, VolumeUse use, ShrinkRoom room, CancellationToken cancellation)
    {
        ExtGeometry source = volume.Geometry;
        long owned = use.Owned.Count, inodes = use.FewestInodes(volume.Superblock);
        long added = 0;
        for (int round = 0; round < MostRounds; round++)
        {
            long blocks = room.BlocksFor(source, owned + added, inodes);
            ResizeLayout? layout = ResizeLayout.TryPlan(volume, use, source.WithBlockCount(blocks), cancellation);
            if (layout is null)
            {
                if (room.IsWishedSize)
                    throw room.TooSmall(source, Math.Min(blocks + source.InodeTableBlocks, source.BlockCount));
                added += source.InodeTableBlocks;
                continue;
            }

            if (layout.Shortage > 0 || layout.AddedNodes > added && !room.IsWishedSize)
            {
                if (room.IsWishedSize)
                    throw room.TooSmall(source, SizeBound.Smallest(
                        source, owned + layout.AddedNodes + layout.Shortage, inodes));
                added = Math.Max(added + layout.Shortage, layout.AddedNodes);
                continue;
            }

            TargetView view = ResizedVolume.Build(volume, use, layout, cancellation);
            long moved = layout.Relocations.Runs.Sum(run => run.Length);
            return new ShrinkPlan(blocks, source.BlockSize, SizeFloor.Of(volume, use), layout.Inodes.Count, moved, view);
        }

        throw new NotEnoughSpaceException(
            "The free space of the ext volume is too fragmented to be used up. Ask for more room with --free.");
    }
}
