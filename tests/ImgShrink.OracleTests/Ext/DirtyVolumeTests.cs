using ImgShrink.FileSystems.Ext.Recovery;
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

    [ExtTheory]
    [InlineData("-t ext4 -b 4096", "orphans", 16)]
    [InlineData("-t ext4 -b 4096 -O orphan_file", "files orphans", 16)]
    [InlineData("-t ext4 -b 1024 -O metadata_csum_seed,orphan_file", "orphans files", 16)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,^64bit,^huge_file", "files orphans", 16)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,uninit_bg", "orphans", 16)]
    [InlineData("-t ext3 -b 1024", "files orphans", 16)]
    public void Files_that_were_deleted_while_open_are_removed(string options, string steps, int removed)
    {
        DirtyVolume dirty = DirtyVolume.Make(_folder, options, 96 * MiB, "rw", steps);
        RecoveryRecord recovery = dirty.ExpectShrinks(_folder).Recovery!;
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
}
