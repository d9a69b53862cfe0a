using System.Text.RegularExpressions;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>What is said about an image that is only looked at.</summary>
[Collection(nameof(SampleCards))]
public sealed class InfoJobTests(SampleCards cards) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_largest_folders_are_those_that_a_count_of_all_files_gives()
    {
        IReadOnlyList<CardFolder> folders = Look(cards.Pi).LargestFolders;
        Assert.InRange(folders.Count, 2, 5);
        Assert.Equal(folders.OrderByDescending(each => each.Bytes), folders);
        using var card = new OpenCard(cards.Pi);
        var roots = new Dictionary<int, IFileTree> { [1] = card.Boot.OpenFiles(), [2] = card.Root.OpenFiles() };
        foreach (CardFolder each in folders)
        {
            long bytes = OpenCard.Listing(roots[each.Partition])
                .Select(line => Regex.Match(line, "^(.*) [0-9]+ [0-9A-F]{16}$").Groups[1].Value)
                .Where(path => path.StartsWith(each.Path + "/", StringComparison.Ordinal))
                .Select(path => roots[each.Partition].TryStat(path)!)
                .DistinctBy(file => file.Unix?.Inode ?? (object)file)
                .Sum(file => file.Length);
            Assert.Equal((each.Path, bytes), (each.Path, each.Bytes));
        }
    }

    [Fact]
    public void A_bare_volume_is_not_called_a_partition()
    {
        string path = SampleCards.Copy(cards.Volume, _folder["volume.img"]);
        byte[] feature = Job.Bytes(path, 1024 + 0x64, 4);
        Le.Put32(feature, 0, Le.U32(feature, 0) | 0x200); // s_feature_ro_compat: bigalloc
        Job.Poke(path, 1024 + 0x64, feature);
        InfoReport report = Look(path);
        Assert.Contains(report.Warnings, each => each.StartsWith("The volume: ", StringComparison.Ordinal) && each.Contains("bigalloc"));
        Assert.DoesNotContain(report.Warnings, each => each.Contains("artition 0"));
        Assert.Empty(report.LargestFolders);
    }

    private static InfoReport Look(string path) => InfoJob.Run(path, new Progress<ProgressStep>(), CancellationToken.None);
}
