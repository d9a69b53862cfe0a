using ImgShrink.FileSystems.Ext;
using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.SampleCards.Tests;

public class ExtFormatterTests(ITestOutputHelper output)
{
    private const long Mebi = 1 << 20;

    public static TheoryData<long, ExtFlavour, int, bool> Volumes
    {
        get
        {
            var data = new TheoryData<long, ExtFlavour, int, bool>();
            long[] sizes = [8 * Mebi, 64 * Mebi, 129 * Mebi, 300 * Mebi + 1024 * 7, 3000 * Mebi];
            foreach (long size in sizes)
            {
                foreach (int blockSize in new[] { 1024, 2048, 4096 })
                {
                    data.Add(size, ExtFlavour.Default, blockSize, false);
                    data.Add(size, ExtFlavour.Default, blockSize, true);
                    data.Add(size, ExtFlavour.RaspberryPi, blockSize, false);
                }
            }

            data.Add(31_000 * Mebi, ExtFlavour.RaspberryPi, 4096, false);
            data.Add(64_000 * Mebi, ExtFlavour.Default, 4096, true);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void E2fsck_has_nothing_to_say(long size, ExtFlavour flavour, int blockSize, bool newest)
    {
        if (Tool.SkipWithout(output.WriteLine, "e2fsck"))
            return;
        using var folder = new TempFolder();
        string path = Make(folder, size, new ExtFormat { Flavour = flavour, BlockSize = blockSize, OrphanFile = newest, ChecksumSeed = newest });
        Oracle.E2fsckIsSilent(path);
    }

    /// <remarks>
    /// Not with checksums: e2fsck then takes bitmaps at face value that are marked as never written, and complains about
    /// the volumes of mke2fs just as about ours.
    /// </remarks>
    [Theory]
    [InlineData(1024)]
    [InlineData(4096)]
    public void The_backup_in_group_1_is_as_good(int blockSize)
    {
        if (Tool.SkipWithout(output.WriteLine, "e2fsck"))
            return;
        using var folder = new TempFolder();
        string path = Make(folder, 300 * Mebi, new ExtFormat { Flavour = ExtFlavour.RaspberryPi, BlockSize = blockSize });
        Oracle.E2fsckIsSilent(path, "-b", blockSize == 1024 ? "8193" : "32768", "-B", $"{blockSize}");
    }

    [Theory]
    [InlineData(ExtFlavour.Default, false, "")]
    [InlineData(ExtFlavour.Default, true, "orphan_file,metadata_csum_seed")]
    [InlineData(ExtFlavour.RaspberryPi, false, "^64bit,^huge_file,^metadata_csum")]
    public void The_superblock_is_what_mke2fs_makes(ExtFlavour flavour, bool newest, string features)
    {
        if (Tool.SkipWithout(output.WriteLine, "mke2fs", "dumpe2fs"))
            return;
        using var folder = new TempFolder();
        var format = new ExtFormat { Flavour = flavour, OrphanFile = newest, ChecksumSeed = newest };
        string ours = Make(folder, 2000 * Mebi, format);
        string theirs = folder.MakeFile("theirs", 2000 * Mebi);
        Tool.Need("mke2fs", ["-q", "-F", "-t", "ext4", "-L", format.Label, "-U", $"{format.Uuid}", "-E", $"hash_seed={format.HashSeed}",
            .. features == "" ? Array.Empty<string>() : ["-O", features], theirs]);
        Assert.Equal(Facts(theirs), Facts(ours));
    }

    [Fact]
    public void The_kernel_mounts_it()
    {
        if (Tool.SkipWithout(output.WriteLine, "mount", "umount") || Oracle.SkipUnlessRoot(output.WriteLine))
            return;
        foreach (ExtFlavour flavour in Enum.GetValues<ExtFlavour>())
        {
            using var folder = new TempFolder();
            string path = Make(folder, 300 * Mebi, new ExtFormat { Flavour = flavour });
            string at = Directory.CreateDirectory(folder["mnt"]).FullName;
            Tool.Need("mount", "-o", "loop", path, at);
            try
            {
                File.WriteAllText(Path.Combine(at, "hello"), "from the kernel");
                Assert.True(Directory.Exists(Path.Combine(at, "lost+found")));
            }
            finally
            {
                Tool.Need("umount", at);
            }

            Oracle.E2fsckIsSilent(path);
        }
    }

    [Theory]
    [InlineData(ExtFlavour.Default)]
    [InlineData(ExtFlavour.RaspberryPi)]
    public void Our_own_reader_takes_it(ExtFlavour flavour)
    {
        using var folder = new TempFolder();
        using var store = new SparseFileStore(folder["ours"], 200 * Mebi);
        ExtFormatter.Format(store, new ExtFormat { Flavour = flavour });
        ExtVolume volume = ExtVolume.Open(store);
        Assert.Null(volume.Obstacle);
        Assert.Equal("rootfs", volume.Label);
        Assert.Equal(200 * Mebi, volume.Bytes);
    }

    /// <summary>dumpe2fs's header without the fields that tell when and how the volume was written.</summary>
    private static string Facts(string volume)
    {
        string[] ignored = ["created", "write time", "Last checked", "Lifetime writes", "Checksum:", "Maximum mount count", "Checksum seed"];
        return string.Join('\n', Tool.Run("dumpe2fs", "-h", volume).Output.Split('\n').Where(line => !ignored.Any(line.Contains)));
    }

    private static string Make(TempFolder folder, long size, ExtFormat format)
    {
        using var store = new SparseFileStore(folder["ours"], size);
        ExtFormatter.Format(store, format);
        return folder["ours"];
    }
}
