using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Recovery;
using ImgShrink.Pipeline;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Volumes that were copied while mounted: replayed as e2fsck does it, and shrunk.</summary>
public sealed class DirtyVolumeTests(ITestOutputHelper output) : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, string> Journals => new()
    {
        // mke2fs, mount, what was done
        { "-t ext4 -b 4096 -J size=16", "rw", "files revokes" },
        { "-t ext4 -b 1024 -O metadata_csum_seed,orphan_file", "rw", "files revokes" },
        { "-t ext4 -b 4096 -O ^metadata_csum,^64bit", "journal_checksum", "files revokes" },
        { "-t ext4 -b 4096 -O ^metadata_csum,64bit", "data=writeback,journal_async_commit", "files revokes" },
        { "-t ext4 -b 4096 -O ^metadata_csum,^64bit -J size=24", "data=journal", "files escapes revokes" },
        { "-t ext4 -b 1024", "data=journal", "escapes files revokes" },
        { "-t ext3 -b 1024", "rw", "files revokes" },
        { "-t ext3 -b 4096 -J size=16", "data=journal", "escapes revokes" },
        { "-t ext4 -b 1024 -J size=4", "rw", "wrap files revokes" },
        { "-t ext3 -b 1024 -J size=1", "rw", "wrap files" },
    };

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [MemberData(nameof(Journals))]
    public void It_is_replayed_like_e2fsck_does_and_shrinks(string options, string mountOptions, string steps)
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, options, 96 * MiB, mountOptions, steps);
        dirty.ExpectReplayOfE2fsck(_folder);
        output.WriteLine($"{dirty.ExpectShrinks(_folder).Recovery}");
    }

    [ExtFact]
    public void It_grows_as_what_the_next_mount_would_make_of_it()
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, "-t ext4 -b 4096 -O orphan_file", 96 * MiB, "rw", "files orphans");
        GrownFile grown = GrownFile.Make(dirty.Repaired(_folder["repaired"]), dirty.Path, 500 * MiB, _folder["grown"])!;
        Assert.Equal(500 * MiB, grown.Plan.Bytes);
        grown.ExpectSound();
        grown.ExpectUsable();
    }

    [ExtTheory]
    [InlineData("-t ext4 -b 4096", "orphans", 16)]
    [InlineData("-t ext4 -b 4096 -O orphan_file", "files orphans", 16)]
    [InlineData("-t ext4 -b 1024 -O metadata_csum_seed,orphan_file", "orphans files", 16)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,^64bit,^huge_file", "files orphans", 16)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,uninit_bg", "orphans", 16)]
    [InlineData("-t ext3 -b 1024", "files orphans", 16)]
    [InlineData("-t ext4 -b 1024 -O inline_data", "files orphans", 16)]
    [InlineData("-t ext4 -b 4096 -O ea_inode,inline_data,orphan_file", "orphans", 16)]
    public void Files_that_were_deleted_while_open_are_removed(string options, string steps, int removed)
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, options, 96 * MiB, "rw", steps);
        RecoveryRecord recovery = dirty.ExpectShrinks(_folder).Recovery!;
        output.WriteLine($"{recovery}");
        Assert.Equal((removed, 0), (recovery.RemovedFiles, recovery.TruncatedFiles));
    }

    /// <summary>e2fsck would forget the values that nobody refers to any longer; the kernel does not.</summary>
    [ExtTheory]
    [InlineData("-t ext4 -b 4096 -O ea_inode", 4)]
    [InlineData("-t ext4 -b 1024 -O ea_inode,inline_data,orphan_file", 4)]
    public void Values_in_inodes_of_their_own_go_with_the_last_attribute(string options, int removed)
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, options, 96 * MiB, "rw", "files values");
        RecoveryRecord recovery = dirty.ExpectShrinks(_folder, dirty.Mounted(_folder["mended"])).Recovery!;
        output.WriteLine($"{recovery}");
        Assert.Equal((removed, 0), (recovery.RemovedFiles, recovery.TruncatedFiles));
    }

    /// <summary>The log as debugfs writes it, in forms that no kernel of today does.</summary>
    [ExtTheory]
    [InlineData("-t ext4 -b 1024 -O metadata_csum,64bit", "jo -c -v 2")]
    [InlineData("-t ext4 -b 1024 -O metadata_csum,^64bit", "jo -c -v 2")]
    [InlineData("-t ext4 -b 1024 -O metadata_csum,64bit", "jo -c -v 3")]
    [InlineData("-t ext4 -b 4096 -O metadata_csum,^64bit", "jo -c -v 3")]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,64bit", "jo")]
    [InlineData("-t ext3 -b 1024", "jo")]
    public void Logs_of_debugfs_are_replayed_like_e2fsck_does(string options, string open)
    {
        string path = AgedVolume.Format(_folder, "dirty", 32 * MiB, options);
        string content = _folder["content"];
        File.WriteAllBytes(content, [.. Enumerable.Range(0, 20).SelectMany(i => new byte[] { 0xC0, 0x3B, 0x39, 0x98 }.Concat(Enumerable.Repeat((byte)i, 4092)))]);
        // Two transactions over the same free blocks, two of which are revoked in between, and one of those is written again.
        long free = 32 * MiB / (options.Contains("-b 1024") ? 1024 : 4096) - 10;
        string script = _folder["script"];
        File.WriteAllText(script, $"{open}\njw -b {free},{free + 1},{free + 2},{free + 3},{free + 4} {content}\n"
            + $"jw -r {free + 3},{free + 4}\njw -b {free + 1},{free + 4},{free + 5} {content}\njc\n");
        Shell.Need("debugfs", "-w", "-f", script, path);
        var dirty = new DirtyVolume(path);
        dirty.ExpectReplayOfE2fsck(_folder);
        RecoveryRecord recovery = dirty.ExpectShrinks(_folder).Recovery!;
        output.WriteLine($"{recovery}");
        Assert.Equal((3, 5), (recovery.Transactions, recovery.Blocks));
    }

    [ExtTheory]
    [InlineData("-t ext4 -b 1024", 0)]
    [InlineData("-t ext4 -b 1024", 5000)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,^64bit", 300_000)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,uninit_bg", 299_008)]
    [InlineData("-t ext3 -b 1024", 0)]
    [InlineData("-t ext3 -b 1024", 12 * 1024)]
    [InlineData("-t ext3 -b 1024", 12 * 1024 + 1)]
    [InlineData("-t ext3 -b 1024", 300_000)]
    [InlineData("-t ext3 -b 1024", 700_000)]
    [InlineData("-t ext2 -b 4096", 50_000)]
    public void Truncations_that_had_begun_are_finished(string options, long size)
    {
        string path = AgedVolume.Format(_folder, "dirty", 64 * MiB, options);
        LoopMount.Age(path, AgedVolume.Seed, MiB, names: 50);
        string[] files = ["all/fragmented", "all/sparse", "all/preallocated", "run"];
        LoopMount.Change(path, "head -c 900000 /dev/urandom > run");
        Shell.Run("e2fsck", "-fy", path);
        string[] inodes = LoopMount.Run(path, "loop,ro", ["stat", "-c", "%i", .. files]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // The size is set before blocks are freed, and the list leads through the times of deletion.
        string script = _folder["script"];
        File.WriteAllLines(script, [
            .. inodes.Select((inode, i) => $"sif <{inode}> size {size + i}"),
            .. inodes.Select((inode, i) => $"sif <{inode}> dtime @{inodes.ElementAtOrDefault(i + 1) ?? "0"}"),
            $"ssv last_orphan {inodes[0]}"]);
        Shell.Need("debugfs", "-w", "-f", script, path);
        RecoveryRecord recovery = new DirtyVolume(path).ExpectShrinks(_folder).Recovery!;
        Assert.Equal(new RecoveryRecord(0, 0, 0, files.Length), recovery);
    }

    /// <summary>Fast commits that were replaced by a transaction are nothing to wait for.</summary>
    [ExtTheory]
    [InlineData("files fast", false)]
    [InlineData("files fast settle", true)]
    [InlineData("files revokes", true)]
    public void Fast_commits_are_refused_where_they_count(string steps, bool shrinks)
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, "-t ext4 -b 4096 -O fast_commit", 96 * MiB, "rw", steps);
        if (shrinks)
        {
            // e2fsck 1.47 gives such a journal up; the kernel that wrote it does not.
            output.WriteLine($"{dirty.ExpectShrinks(_folder, dirty.Mounted(_folder["mended"])).Recovery}");
            return;
        }

        using var file = new RawImageFile(dirty.Path);
        Assert.Contains("holds fast commits", ExtVolume.Open(file).Obstacle);
    }

    [ExtFact]
    public void A_clean_volume_with_fast_commits_shrinks()
    {
        string path = AgedVolume.Format(_folder, "clean", 96 * MiB, "-t ext4 -b 4096 -O fast_commit");
        LoopMount.Age(path, AgedVolume.Seed, 8 * MiB, names: 100);
        Shell.Run("e2fsck", "-fy", path); // It makes extent trees narrower.
        Assert.Null(new DirtyVolume(path).ExpectShrinks(_folder).Recovery);
    }

    [ExtFact]
    public void A_clean_volume_keeps_its_journal_on_another_device()
    {
        string journal = _folder.MakeFile("journal", 16 * MiB);
        Shell.Need("mke2fs", "-q", "-F", "-b", "4096", "-O", "journal_dev", journal);
        string device = Shell.Need("losetup", "-f", "--show", journal).Trim();
        try
        {
            string path = AgedVolume.Format(_folder, "clean", 96 * MiB, $"-t ext4 -b 4096 -J device={device}");
            LoopMount.Age(path, AgedVolume.Seed, 8 * MiB, names: 100);
            Shell.Run("e2fsck", "-fy", path);
            Assert.Null(new DirtyVolume(path).ExpectShrinks(_folder).Recovery);
        }
        finally
        {
            Shell.Need("losetup", "-d", device);
        }
    }

    [ExtFact]
    public void The_reports_say_what_was_done()
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, "-t ext4 -b 4096 -O orphan_file", 96 * MiB, "rw", "files orphans");
        PartitionReport before = InfoJob.Run(dirty.Path, new Progress<ProgressStep>(), CancellationToken.None).Partitions.Single();
        Assert.InRange(before.Recovery!.Transactions, 1, 1000);
        Assert.Equal(16, before.Recovery.RemovedFiles);

        var options = new ShrinkOptions { Source = dirty.Path, Output = _folder["small.img"] };
        ShrinkReport report = ShrinkJob.Run(options, new Progress<ProgressStep>(), CancellationToken.None);
        Assert.Equal(before.Recovery, report.Partitions.Single().Recovery);
        E2fsck.ExpectSilence(_folder["small.img"], 0);
        Assert.Null(InfoJob.Run(_folder["small.img"], new Progress<ProgressStep>(), CancellationToken.None).Partitions.Single().Recovery);

        string hash = AgedVolume.HashOf(dirty.Path);
        ShrinkReport copied = ShrinkJob.Run(
            options with { Output = _folder["same.img"], KeepSizes = true }, new Progress<ProgressStep>(), CancellationToken.None);
        Assert.Null(copied.Partitions.Single().Recovery);
        Assert.Equal(hash, AgedVolume.HashOf(_folder["same.img"]));
    }
}
