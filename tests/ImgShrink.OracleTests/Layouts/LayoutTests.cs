using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Pipeline;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Layouts;

/// <summary>Cards of every layout that people report: described as they are, shrunk, and judged by the tools that made them.</summary>
public sealed partial class LayoutTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names { get; } = [.. FieldLayouts.All.Select(each => each.Name)];

    private string Card => _folder["card.img"];

    private string Small => _folder["small.img"];

    public void Dispose() => _folder.Dispose();

    [LayoutTheory]
    [MemberData(nameof(Names))]
    public void A_card_is_described_and_shrunk_and_keeps_what_it_is(string name)
    {
        Layout layout = FieldLayouts.All.Single(each => each.Name == name);
        LayoutCard.Make(layout, _folder, Card);
        string before = Sha256(Card);

        InfoReport info = InfoJob.Run(Card, new Progress<ProgressStep>(), CancellationToken.None);
        foreach (string warning in info.Warnings)
            output.WriteLine(warning);
        Assert.Equal(Described(layout), info.Partitions.Select(each => $"{each.Number} {each.FileSystem} {each.Label}".Trim()));
        Assert.Equal(layout.Sector, info.Table.SectorBytes);
        Assert.All(layout.Says, part => Assert.Contains(info.Warnings, each => each.Contains(part)));
        Assert.All(info.References, each => Assert.NotNull(each.LeadsTo));

        ShrinkReport report = Shrink();

        Assert.Equal(before, Sha256(Card));
        Assert.Equal(layout.Shrinks, report.Partitions.SingleOrDefault(each => each.ShrunkBytes is not null)?.Number);
        Assert.Equal(info.References, report.References);
        Assert.True(report.Output.ImageBytes <= info.Source.Bytes);
        if (layout.Table.Length > 0)
            ExpectSameTable(layout, info);
        ExpectSoundVolumes(layout, report);
        InfoReport after = InfoJob.Run(Small, new Progress<ProgressStep>(), CancellationToken.None);
        Assert.Equal(Described(layout), after.Partitions.Select(each => $"{each.Number} {each.FileSystem} {each.Label}".Trim()));
        Assert.Equal(0, after.Table.TrailingBytes);
    }

    private static IEnumerable<string> Described(Layout layout) =>
        layout.Parts.OrderBy(each => each.Number).Select(each => $"{each.Number} {each.FileSystem} {each.Label}".Trim());

    private void ExpectSameTable(Layout layout, InfoReport info)
    {
        Assert.Equal(0, new FileInfo(Small).Length % 4096);
        Assert.Equal(Identity(layout, Card), Identity(layout, Small));
        LayoutCard.OnDisk(layout, Small, disk =>
        {
            Assert.Equal("", Shell.Need("sfdisk", "-q", "--verify", disk).Trim());
            if (info.Table.Kind == "gpt")
                Assert.Contains("No problems found", Shell.Need("sgdisk", "-v", disk));
        });
        // Boot loaders between the table and the first partition, but for the table itself.
        if (info.Table.Kind == "mbr")
            Assert.Equal(Head(Card, 512, info), Head(Small, 512, info));
        else if (layout.Then.Any(each => each.Contains("-j 2048")))
            Assert.Equal(Head(Card, 8192, info)[..512_000], Head(Small, 8192, info)[..512_000]);
    }

    private void ExpectSoundVolumes(Layout layout, ShrinkReport report)
    {
        var places = layout.Table.Length > 0 ? LayoutCard.Places(layout, Small) : new() { [0] = (0, report.Output.ImageBytes) };
        foreach (Part part in layout.Parts)
        {
            PartitionReport was = report.Partitions.Single(each => each.Number == part.Number);
            (long start, long bytes) = places[part.Number];
            Assert.Equal(VolumeChecker.Identity(Card, was.Start, was.Bytes), VolumeChecker.Identity(Small, start, bytes));
            VolumeChecker.ExpectSound(part.FileSystem, Small, start, bytes, _folder["scratch"]);
        }
    }

    private ShrinkReport Shrink() => ShrinkJob.Run(
        new ShrinkOptions
        {
            Source = Card,
            Output = Small,
            Format = ContainerFormats.ByName("raw"),
            Room = ShrinkRoom.Of(1 << 20),
            Expand = null,
        },
        new Progress<ProgressStep>(), CancellationToken.None);

    /// <summary>All that sfdisk says but places, sizes, and what follows from the length of the disk.</summary>
    private static List<string> Identity(Layout layout, string image)
    {
        var lines = new List<string>();
        LayoutCard.OnDisk(layout, image, disk => lines.AddRange(
            from line in Shell.Need("sfdisk", "-d", disk).Split('\n')
            where line.StartsWith("label") || line.StartsWith("first-lba") || line.Contains(" : start=")
            select PlaceAndSize().Replace(line.Replace(disk, ""), "$1")));
        return lines;
    }

    private static byte[] Head(string image, int from, InfoReport info)
    {
        using var file = new RawImageFile(image);
        return file.ReadBytes(from, (int)info.Partitions.Min(each => each.Start) - from);
    }

    private static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    [GeneratedRegex("(start|size)= *\\d+")]
    private static partial Regex PlaceAndSize();
}

/// <summary>A test with data that needs root and the tools that make cards; left out loudly elsewhere, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LayoutTheoryAttribute : TheoryAttribute
{
    public LayoutTheoryAttribute() => Skip = Oracle.WhyNot(
        "sfdisk", "sgdisk", "losetup", "blkid", "mke2fs", "e2fsck", "debugfs", "mkfs.fat", "fsck.fat", "mcopy", "mkfs.exfat", "mkntfs",
        "mkfs.btrfs", "mkfs.f2fs", "mkfs.xfs", "mksquashfs", "mkfs.erofs", "mkswap");
}
