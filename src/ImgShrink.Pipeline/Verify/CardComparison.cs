using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Fat;

namespace ImgShrink.Pipeline.Verify;

/// <summary>Compares the volumes of an image with those of the card that it was made of.</summary>
internal static class CardComparison
{
    private const int MostTold = 1000;

    /// <summary>Compares volume by volume: files where they are understood, bytes in use where not.</summary>
    /// <param name="image">The image.</param>
    /// <param name="source">The card.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="CorruptImageException">The source is damaged.</exception>
    public static ComparisonVerdict Run(CardImage image, IImageSource source, CancellationToken cancel)
    {
        CardImage card = CardImage.Read(source, cancel: cancel);
        var armed = new Lazy<HashSet<(int, string)>>(() => PathsOfFirstBoot(source, image, cancel));
        List<Difference> differences = [], firstBoot = [];
        long count = 0, objects = 0;
        foreach (Difference each in Differences(image, card, compared => objects += compared, cancel))
        {
            bool isFirstBoot = armed.Value.Contains((each.Partition, each.Path));
            count += isFirstBoot ? 0 : 1;
            List<Difference> list = isFirstBoot ? firstBoot : differences;
            if (list.Count < MostTold)
                list.Add(each);
        }

        return new ComparisonVerdict(source.Path, objects, count, differences, firstBoot);
    }

    private static IEnumerable<Difference> Differences(
        CardImage image, CardImage card, Action<long> compared, CancellationToken cancel)
    {
        foreach (CardVolume expected in card.Volumes)
        {
            int number = expected.Partition.Number;
            CardVolume? found = image.Volumes.FirstOrDefault(each => each.Partition.Number == number);
            if (found is null || found.Volume.FileSystem != expected.Volume.FileSystem)
            {
                yield return new Difference(number, "", found is null ? "is missing"
                    : $"is {found.Volume.FileSystem}, expected {expected.Volume.FileSystem}");
            }
            else if (FilesOf(found, cancel) is { } left && FilesOf(expected, cancel) is { } right)
            {
                var trees = new TreeComparison(number, left, right, contents: true, cancel);
                foreach (Difference each in trees.Run())
                    yield return each;
                compared(trees.Objects);
            }
            else if (ContentComparison.WhatDiffers(image, found, card, expected, cancel) is { } what)
            {
                yield return new Difference(number, "", what);
            }
        }

        foreach (CardVolume added in image.Volumes.Where(each => card.Volumes.All(other => other.Partition.Number != each.Partition.Number)))
            yield return new Difference(added.Partition.Number, "", "is not in the source");
    }

    /// <summary>The files of a volume that can be walked to its end; null for any other.</summary>
    private static IFileTree? FilesOf(CardVolume each, CancellationToken cancel) => each.Volume switch
    {
        ExtVolume ext when ext.IsSound(cancel) => ext.OpenFiles(),
        FatVolume { Damage: null } fat => fat.OpenFiles(),
        _ => null,
    };

    /// <summary>What a shrink changes to arm the first boot: found out by arming it, in memory.</summary>
    private static HashSet<(int, string)> PathsOfFirstBoot(IImageSource source, CardImage image, CancellationToken cancel)
    {
        CardImage plain = CardImage.Read(source, cancel: cancel), armed = CardImage.Read(source, cancel: cancel);
        CardVolume? main = armed.Volumes.FirstOrDefault(each => each.Volume is ExtVolume && IsShorter(each, image))
            ?? VolumeChoice.MostFree(armed);
        var paths = new HashSet<(int, string)>();
        if (main is null || FilesOf(main, cancel) is null)
            return paths;
        FirstBootPlan plan = FirstBootStep.Apply(armed, main, main.Partition.Start, ExpandWish.Default, cancel);
        Add(main.Partition.Number, ((ExtVolume)main.Volume).OpenFiles());
        if (plan.EditedBoot is { } boot)
            Add(boot.Partition, FatVolume.Open(boot.View.Bytes).OpenFiles());
        return paths;

        void Add(int number, IFileTree files)
        {
            if (FilesOf(plain[number], cancel) is { } before)
                paths.UnionWith(new TreeComparison(number, files, before, contents: false, cancel).Run().Select(each => (number, each.Path)));
        }
    }

    private static bool IsShorter(CardVolume each, CardImage image) =>
        image.Volumes.Any(other => other.Partition.Number == each.Partition.Number && other.Partition.Length < each.Partition.Length);
}
