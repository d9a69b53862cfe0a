using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>What the volume in its new size holds, gathered while its inodes are visited.</summary>
internal sealed class TargetContent(long blockCount) : ILiveBlocks
{
    /// <summary>Blocks that are anything else than zero.</summary>
    public BlockSet Live { get; } = new(blockCount);

    /// <summary>
    /// Blocks that inodes own; more than those that are live, for unwritten extents and the empty journal are not.
    /// </summary>
    public BlockSet Owned { get; } = new(blockCount);

    /// <inheritdoc/>
    public (bool IsLive, long Count) RunAt(long block, long limit) => Live[block]
        ? (true, Live.NextOut(block, block + limit) - block)
        : (false, Live.NextIn(block, block + limit) - block);
}
