using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Pipeline;
using ImgShrink.Testing;

namespace ImgShrink.OracleTests.Maps;

/// <summary>
/// Volumes of other kinds: what does not count as data is overwritten with noise, and nobody misses it.
/// </summary>
public sealed class AllocationMapTests : IDisposable
{
    private const long MiB = 1 << 20;
    private const long CardStart = 4 * MiB;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MapTheory]
    [InlineData("exfat", 160)]
    [InlineData("exfat", 64, "-c", "512")]
    [InlineData("ntfs", 160)]
    [InlineData("ntfs", 96, "-c", "512")]
    [InlineData("ntfs", 256, "-c", "65536")]
    [InlineData("btrfs", 256)]
    [InlineData("btrfs", 200, "-m", "single", "--csum", "sha256")]
    [InlineData("btrfs", 160, "--mixed")]
    [InlineData("xfs", 400)]
    [InlineData("xfs", 320, "-m", "rmapbt=1,reflink=1", "-b", "size=1024")]
    [InlineData("f2fs", 100)]
    public void What_does_not_count_is_not_missed(string kind, int megabytes, params string[] options)
    {
        MapVolume made = MapVolume.Make(kind, _folder["volume"], megabytes * MiB, options);
        made.Fill(seed: 7, megabytes * MiB / 10, _folder["scratch"]);
        string[] files = made.Files();
        Assert.True(files.Length > 50, $"{files.Length} files");

        RangeSet data = MapOf(made);
        Assert.InRange(data.TotalBytes, megabytes * MiB / 20, kind == "xfs" ? megabytes * MiB / 2 : megabytes * MiB * 2 / 5);
        OverwriteAllBut(data, made.Image);
        made.Check();
        TreeManifest.ExpectSame(files, made.Files());

        // The same on a card, whose free space is full of what was there once.
        ShrinkReport report = Shrink(CardOf(made));
        Assert.Equal([], report.Warnings.Where(warning => warning.StartsWith("Partition 1")));
        Assert.InRange(report.Output.DataBytes, 0, data.TotalBytes + CardStart + MiB);
        MapVolume shrunk = made with { Image = PartitionOf(report) };
        shrunk.Check();
        TreeManifest.ExpectSame(files, shrunk.Files());
    }

    [OracleFact("mkfs.xfs", "xfs_repair")]
    public void The_older_version_of_XFS_is_mapped_too()
    {
        string content = _folder.MakeFile("content", 9 * MiB);
        File.WriteAllBytes(content, Noise.Bytes(seed: 4, (int)(9 * MiB)));
        File.WriteAllText(_folder["tree"], $"/dev/null\n0 0\nd--755 0 0\ncontent ---644 0 0 {content}\n$\n");
        // Many kernels do not mount it any more, so that it is filled while it is made.
        MapVolume made = MapVolume.Make("xfs", _folder["volume"], 320 * MiB, "-m", "crc=0", "-b", "size=1024", "-p", _folder["tree"]);
        RangeSet data = MapOf(made);
        Assert.InRange(data.TotalBytes, 9 * MiB, 90 * MiB);
        OverwriteAllBut(data, made.Image);
        made.Check();
    }

    [MapTheory]
    [InlineData("exfat", 64, "was not unmounted cleanly, so all of it is kept.")]
    [InlineData("btrfs", 160, "was not unmounted cleanly: it has a log to replay, so all of it is kept.")]
    [InlineData("xfs", 320, "was not unmounted cleanly: its log has to be replayed, so all of it is kept.")]
    public void One_that_is_in_use_is_kept_as_a_whole(string kind, int megabytes, string warning)
    {
        MapVolume made = MapVolume.Make(kind, _folder["volume"], megabytes * MiB);
        made.In("rw", "bash", "-ec",
            $"echo one > file; sync; echo two >> file; sync file; cp --sparse=always '{made.Image}' '{_folder["pulled"]}'");
        var (volume, file) = (made with { Image = _folder["pulled"] }).Open();
        using (file)
        {
            Assert.Equal([$"The {kind} volume {warning}"], volume.Warnings);
            Assert.Equal(file.Length, volume.DataRanges().TotalBytes);
        }
    }

    [OracleFact("mkswap", "mksquashfs", "mkfs.erofs", "fsck.erofs", "unsquashfs", "blkid")]
    public void Packed_volumes_and_swap_are_described_as_blkid_does()
    {
        Directory.CreateDirectory(_folder["tree"]);
        for (int i = 0; i < 20; i++)
            File.WriteAllBytes(Path.Combine(_folder["tree"], $"file{i}"), Noise.Bytes(i, 10_000));
        Shell.Need("mksquashfs", _folder["tree"], _folder["squashfs"], "-quiet", "-no-progress");
        Shell.Need("mkfs.erofs", "-zlz4", _folder["erofs"], _folder["tree"]);
        _folder.MakeFile("swap", 8 * MiB);
        Shell.Need("mkswap", "-L", "more room", _folder["swap"]);
        foreach (string kind in new[] { "squashfs", "erofs", "swap" })
        {
            long length = new FileInfo(_folder[kind]).Length;
            var (volume, file) = new MapVolume(kind, _folder[kind]).Open();
            using (file)
            {
                Assert.Equal((kind, length), (volume.FileSystem, volume.Bytes));
                Assert.Equal(kind == "swap" ? 4096 : length, volume.DataRanges().TotalBytes);
                Assert.Equal(BlkId(kind, "UUID"), volume.Uuid ?? "");
                Assert.Equal(BlkId(kind, "LABEL"), volume.Label ?? "");
                Assert.Empty(volume.Warnings);
            }
        }
    }

    private string BlkId(string name, string tag) =>
        Shell.Run("blkid", "--probe", "--output", "value", "--match-tag", tag, _folder[name]).Said.Trim();

    private static RangeSet MapOf(MapVolume made)
    {
        var (volume, file) = made.Open();
        using (file)
        {
            Assert.Equal(made.Kind, volume.FileSystem);
            Assert.Empty(volume.Warnings);
            return volume.DataRanges();
        }
    }

    private static void OverwriteAllBut(RangeSet data, string path)
    {
        using FileStream file = File.OpenWrite(path);
        byte[] noise = Noise.Bytes(seed: 3, (int)MiB);
        long at = 0;
        foreach (ByteRange range in data.Ranges().Append(new ByteRange(file.Length, 0)))
        {
            for (; at < range.Start; at = file.Position)
            {
                file.Position = at;
                file.Write(noise, 0, (int)Math.Min(noise.Length, range.Start - at));
            }

            at = range.End;
        }
    }

    private string CardOf(MapVolume made)
    {
        string card = _folder.MakeFile("card.img", CardStart + new FileInfo(made.Image).Length);
        Shell.Need("bash", "-ec", $"echo 'start={CardStart / 512}, type=83' | sfdisk --quiet '{card}'");
        Shell.Need("dd", $"if={made.Image}", $"of={card}", "bs=1M", $"seek={CardStart / MiB}", "conv=notrunc,sparse", "status=none");
        return card;
    }

    private ShrinkReport Shrink(string card) => ShrinkJob.Run(
        new ShrinkOptions { Source = card, Output = _folder["small.img"], Format = ContainerFormats.ByName("raw") },
        new Progress<ProgressStep>(), CancellationToken.None);

    private string PartitionOf(ShrinkReport report)
    {
        string path = _folder["partition"];
        Shell.Need("dd", $"if={report.Output.Path}", $"of={path}", "bs=1M", $"skip={CardStart / MiB}", "conv=sparse", "status=none");
        using FileStream file = File.OpenWrite(path);
        file.SetLength(report.Partitions[0].Bytes);
        return path;
    }
}

/// <summary>A test with data that needs root and the tools of other file systems; left out loudly elsewhere, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MapTheoryAttribute : TheoryAttribute
{
    public MapTheoryAttribute() => Skip = Oracle.WhyNot(
        "mkfs.exfat", "mount.exfat-fuse", "fsck.exfat", "mkntfs", "ntfs-3g", "ntfsfix", "mkfs.btrfs", "btrfs", "mkfs.xfs", "xfs_repair",
        "mkfs.f2fs", "sload.f2fs", "dump.f2fs", "fsck.f2fs", "sfdisk", "losetup", "python3");
}
