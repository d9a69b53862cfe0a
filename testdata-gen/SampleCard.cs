using ImgShrink.Blocks;
using ImgShrink.SampleCards.Cards;
using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Ext;
using ImgShrink.SampleCards.Ext.Tree;
using ImgShrink.SampleCards.Fat;

namespace ImgShrink.SampleCards;

/// <summary>Makes the image of a Pi-style card that has been used for a while, without any native tool.</summary>
public static class SampleCard
{
    private const long Mebi = 1 << 20;

    /// <summary>Makes the image; a file that is there is replaced.</summary>
    /// <param name="path">Where; its folder must exist.</param>
    /// <param name="options">What it is to be like.</param>
    /// <returns>Where the partitions lie.</returns>
    /// <exception cref="AccessException">The file cannot be made.</exception>
    /// <exception cref="NotEnoughSpaceException">The files do not fit the card.</exception>
    public static CardPartitions Create(string path, SampleCardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Size, 64 * Mebi, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Fill, options.Size / 3, nameof(options));
        long bootBytes = options.Size switch
        {
            >= 2000 * Mebi => 512 * Mebi,
            >= 500 * Mebi => 64 * Mebi,
            _ => 16 * Mebi,
        };
        var partitions = CardPartitions.Of(options.Size / 512 * 512, bootBytes);
        ulong seed = (ulong)(uint)options.Seed << 16;
        DateTimeOffset now = options.Root.Time;

        using var card = new SparseFileStore(path, options.Size / 512 * 512);
        MbrCard.Write(card, partitions);

        var boot = new StoreWindow(card, partitions.Boot);
        FatFormatter.Format(boot, new FatFormat { Time = now });
        BootFiles.Write(boot, Math.Min(options.Fill / 8, bootBytes / 4), seed, now);

        TreeNode tree = PiTree.Grow(options.Fill, seed, now);
        ExtFormatter.Format(new StoreWindow(card, partitions.Root), options.Root, tree, seed);
        return partitions;
    }
}
