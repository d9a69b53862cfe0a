using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Resize;

namespace ImgShrink.FileSystems.Ext.Grow;

/// <summary>What the growth of a volume comes to: its size, and the view of the grown volume.</summary>
/// <param name="BlockCount">Blocks of the grown volume.</param>
/// <param name="BlockSize">Bytes in a block.</param>
/// <param name="MovedBlocks">Blocks that lie elsewhere, because the table of group descriptors needed theirs.</param>
/// <param name="IsWhole">Whether less than a block group is left of the length that it may have.</param>
/// <param name="View">The grown volume, ready to be written.</param>
public sealed record GrowthPlan(long BlockCount, int BlockSize, long MovedBlocks, bool IsWhole, TargetView View)
{
    /// <summary>Length of the grown volume.</summary>
    public long Bytes => BlockCount * BlockSize;

    /// <summary>Plans the largest volume that is possible up to a length; null where none is larger than it is.</summary>
    /// <param name="volume">A volume that has been audited; it is left as it is.</param>
    /// <param name="use">What the audit found to be in use.</param>
    /// <param name="bytes">The length that it may have.</param>
    /// <param name="cancellation">Ends the planning.</param>
    internal static GrowthPlan? Make(ExtVolume volume, VolumeUse use, long bytes, CancellationToken cancellation)
    {
        int blockSize = volume.Geometry.BlockSize;
        foreach (ExtGeometry target in GrowthBound.Candidates(volume.Geometry, bytes / blockSize))
        {
            ResizeLayout? layout = ResizeLayout.TryPlan(volume, use, target, cancellation);
            if (layout is not { Shortage: 0 })
                continue;
            bool isWhole = bytes / blockSize - target.BlockCount < target.BlocksPerGroup;
            TargetView view = ResizedVolume.Build(volume, use, layout, cancellation);
            return new GrowthPlan(
                target.BlockCount, blockSize, layout.Relocations.Runs.Sum(run => run.Length), isWhole, view);
        }

        return null;
    }
}
