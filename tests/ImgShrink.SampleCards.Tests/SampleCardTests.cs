using System.Security.Cryptography;
using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Fat;
using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.SampleCards.Tests;

public class SampleCardTests(ITestOutputHelper output)
{
    private static readonly SampleCardOptions s_small = new() { Size = 400_000_000, Fill = 40_000_000 };

    public static TheoryData<ExtFlavour, int, bool, int> Cards => new()
    {
        { ExtFlavour.RaspberryPi, 4096, false, 1 },
        { ExtFlavour.RaspberryPi, 1024, false, 2 },
        { ExtFlavour.Default, 4096, false, 3 },
        { ExtFlavour.Default, 1024, false, 4 },
        { ExtFlavour.Default, 2048, true, 5 },
        { ExtFlavour.Default, 4096, true, 6 },
    };

    [Theory]
    [MemberData(nameof(Cards))]
    public void The_tools_have_nothing_to_say(ExtFlavour flavour, int blockSize, bool newest, int seed)
    {
        if (Tool.SkipWithout(output.WriteLine, "e2fsck", "fsck.fat", "sfdisk"))
            return;
        using var folder = new TempFolder();
        var format = new ExtFormat { Flavour = flavour, BlockSize = blockSize, OrphanFile = newest, ChecksumSeed = newest };
        CardPartitions partitions = SampleCard.Create(folder["card.img"], s_small with { Root = format, Seed = seed });

        string table = Tool.Need("sfdisk", "-d", folder["card.img"]);
        Assert.Contains("label-id: 0x4f1c2a77", table);
        Assert.Contains("start=        8192,", table);
        Assert.Contains("type=c", table);
        Assert.Contains("type=83", table);
        Oracle.FsckFatIsSilent(Extract(folder, "boot", partitions.Boot));
        Oracle.E2fsckIsSilent(Extract(folder, "root", partitions.Root));
    }

    [Fact]
    public void The_same_seed_gives_the_same_image()
    {
        using var folder = new TempFolder();
        SampleCard.Create(folder["a"], s_small);
        SampleCard.Create(folder["b"], s_small);
        SampleCard.Create(folder["c"], s_small with { Seed = 2 });
        Assert.Equal(Hash(folder["a"]), Hash(folder["b"]));
        Assert.NotEqual(Hash(folder["a"]), Hash(folder["c"]));
    }

    /// <summary>A shrink has something to move: content beyond the size that all content would take together, and gaps before it.</summary>
    [Theory]
    [InlineData(400_000_000, 40_000_000)]
    [InlineData(4_000_000_000, 60_000_000)]
    public void Content_lies_high_and_scattered(long size, long fill)
    {
        using var folder = new TempFolder();
        CardPartitions partitions = SampleCard.Create(folder["card.img"], new SampleCardOptions { Size = size, Fill = fill });
        using var card = new RawImageFile(folder["card.img"]);
        ExtVolume root = ExtVolume.Open(new BlockWindow(card, partitions.Root));
        RangeSet data = root.DataRanges();
        Assert.InRange(data.Ranges().Last().End, root.Bytes * 9 / 10, root.Bytes);
        long high = data.Ranges().Where(range => range.Start > root.Bytes / 2).Sum(range => range.Length);
        Assert.True(high > fill / 4, $"{high} bytes lie in the upper half");
        Assert.True(data.Ranges().Count() > 100, "free space is fragmented");
    }

    [Theory]
    [InlineData(ExtFlavour.Default)]
    [InlineData(ExtFlavour.RaspberryPi)]
    public void Our_own_readers_find_the_files(ExtFlavour flavour)
    {
        using var folder = new TempFolder();
        CardPartitions partitions = SampleCard.Create(folder["card.img"], s_small with { Root = new ExtFormat { Flavour = flavour } });
        using var card = new RawImageFile(folder["card.img"]);
        FatVolume boot = FatVolume.Open(new BlockWindow(card, partitions.Boot));
        Assert.Equal("bootfs", boot.Label);
        Assert.Contains("root=PARTUUID=4f1c2a77-02", Encoding.UTF8.GetString(boot.Files.TryReadFile("/cmdline.txt")!));
        var root = ExtFileTree.Open(ExtVolume.Open(new BlockWindow(card, partitions.Root)));
        Assert.Contains("Sample card (Raspberry Pi OS style)", Encoding.UTF8.GetString(root.TryReadFile("/etc/os-release")!));
        Assert.Equal("/lib/systemd/systemd", root.TryReadLink("/sbin/init"));
        IReadOnlyList<string> packages = root.List("/var/lib/dpkg/info");
        Assert.True(packages.Count >= 300);
        Assert.All(packages, name => Assert.True(root.Exists($"/var/lib/dpkg/info/{name}")));
    }

    [Fact]
    public void The_kernel_reads_every_file()
    {
        if (Tool.SkipWithout(output.WriteLine, "mount", "umount", "getfattr") || Oracle.SkipUnlessRoot(output.WriteLine))
            return;
        foreach (ExtFlavour flavour in Enum.GetValues<ExtFlavour>())
        {
            using var folder = new TempFolder();
            CardPartitions partitions = SampleCard.Create(folder["card.img"], s_small with { Root = new ExtFormat { Flavour = flavour } });
            string volume = Extract(folder, "root", partitions.Root);
            string at = Directory.CreateDirectory(folder["mnt"]).FullName;
            Tool.Need("mount", "-o", "loop,ro", volume, at);
            try
            {
                Assert.Contains("Sample card (Raspberry Pi OS style)", File.ReadAllText($"{at}/etc/os-release"));
                Assert.Contains("PARTUUID=4f1c2a77-02", File.ReadAllText($"{at}/etc/fstab"));
                Assert.Equal("../usr/lib/os-release", new FileInfo($"{at}/etc/os-release").LinkTarget);
                Assert.True(new FileInfo($"{at}/etc/alternatives/editor").LinkTarget!.Length > 60);
                Assert.Equal("4755", Tool.Need("stat", "-c", "%a", $"{at}/usr/bin/sudo").Trim());
                Assert.Equal("1000:1000", Tool.Need("stat", "-c", "%u:%g", $"{at}/home/pi/.bashrc").Trim());
                Assert.Equal("2", Tool.Need("stat", "-c", "%h", $"{at}/usr/lib/systemd/systemd").Trim());
                Assert.Equal("b3:2", Tool.Need("stat", "-c", "%t:%T", $"{at}/dev/mmcblk0p2").Trim());
                Assert.Contains("security.capability", Tool.Need("getfattr", "-d", "-m", "-", "--absolute-names", $"{at}/usr/bin/ping"));
                Assert.Contains("user.comment=\"keep\"", Tool.Need("getfattr", "-d", "--absolute-names", $"{at}/home/pi/notes – Übersicht.txt"));
                string[] packages = Directory.GetFiles($"{at}/var/lib/dpkg/info");
                Assert.True(packages.Length >= 300);
                Assert.All(packages, name => Assert.True(File.Exists(name)));
                var blocks = long.Parse(Tool.Need("stat", "-c", "%b", $"{at}/var/lib/mysql/ibdata1"));
                Assert.InRange(blocks * 512, 1, 130_000);
                Tool.Need("tar", "-cf", folder["all.tar"], "-C", at, "."); // opens every file and reads it to its end
            }
            finally
            {
                Tool.Need("umount", at);
            }
        }
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    /// <summary>A partition as a file of its own, with the holes of the card.</summary>
    private static string Extract(TempFolder folder, string name, ByteRange partition)
    {
        using var card = new RawImageFile(folder["card.img"]);
        using var copy = new SparseFileStore(folder[name], partition.Length);
        foreach (ByteRange range in card.DataRanges().Intersect(RangeSet.Of(partition)).Ranges())
        {
            for (long at = range.Start; at < range.End; at += 1 << 20)
                copy.Write(at - partition.Start, card.ReadBytes(at, (int)Math.Min(1 << 20, range.End - at)));
        }

        return folder[name];
    }
}
