using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Volumes in which everything lies high and in pieces: they are sound, and shrink to the exact minimum.</summary>
public sealed class ScrambledVolumeTests(ITestOutputHelper output) : IDisposable
{
    private const long MiB = 1 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [InlineData("-t ext4 -b 4096 -g 2048 -G 4 -O metadata_csum_seed,orphan_file")]
    [InlineData("-t ext4 -b 1024 -g 2048 -G 4 -N 16384 -O inline_data,ea_inode,orphan_file")]
    [InlineData("-t ext4 -b 1024 -g 2048 -O ^metadata_csum,uninit_bg")]
    [InlineData("-t ext4 -b 1024 -g 4096 -O ^flex_bg")]
    [InlineData("-t ext2 -b 1024 -g 2048 -I 128")]
    [InlineData("-t ext4 -b 1024 -g 2048 -N 8192 -O mmp,ea_inode -E mmp_update_interval=1")]
    [InlineData("-t ext4 -b 1024 -g 2048 -N 8192 -O meta_bg,^resize_inode")]
    [InlineData("-t ext4 -b 1024 -g 2048 -O sparse_super2,^sparse_super,^resize_inode -E num_backup_sb=2")]
    public void A_scrambled_volume_shrinks_to_the_minimum(string options)
    {
        string path = Make(options, AgedVolume.Seed);
        ExpectShrinks(path, options, AgedVolume.Seed);
    }

    /// <summary>
    /// As growing while mounted leaves it: descriptor blocks up to some one at the superblocks, the others in their groups.
    /// </summary>
    [ExtTheory]
    [InlineData(1, "-t ext4 -b 1024 -g 1024 -N 8192 -O ^resize_inode")]
    [InlineData(2, "-t ext4 -b 1024 -g 1024 -N 8192 -O ^resize_inode,orphan_file")]
    [InlineData(3, "-t ext4 -b 1024 -g 512 -N 16384 -O ^resize_inode,^64bit")]
    [InlineData(2, "-t ext4 -b 1024 -g 1024 -N 8192 -O ^resize_inode,^sparse_super,^flex_bg")]
    [InlineData(2, "-t ext4 -b 1024 -g 1024 -N 8192 -O ^resize_inode,sparse_super2,^sparse_super -E num_backup_sb=2")]
    public void Descriptors_in_two_kinds_of_places_shrink(int firstMetaBg, string options)
    {
        string path = Make(options, AgedVolume.Seed + firstMetaBg, firstMetaBg);
        ExpectShrinks(path, options, firstMetaBg);
    }

    private string Make(string options, int seed, int? firstMetaBg = null)
    {
        output.WriteLine($"seed {seed}");
        string path = AgedVolume.Format(_folder, "scrambled", 96 * MiB, options);
        LoopMount.Age(path, seed, 16 * MiB, names: 300);
        string[] before = new AgedVolume(path).Manifest;
        Scrambler.Run(path, seed, firstMetaBg);
        E2fsck.ExpectSilence(path, 0);
        TreeManifest.ExpectSame(before, LoopMount.Manifest(path));
        return path;
    }

    private void ExpectShrinks(string path, string name, int seed)
    {
        var source = new AgedVolume(path);
        ShrunkFile shrunk = ShrunkFile.Make(source, ShrinkRoom.None, _folder["shrunk"]);
        output.WriteLine($"FIGURES | scrambled {name}, seed {seed} | {new FileInfo(path).Length / shrunk.Plan.BlockSize} | {shrunk.Plan.MinimumBlocks} "
            + $"| {shrunk.Plan.BlockCount} | | {shrunk.Plan.RenumberedInodes} | {shrunk.Plan.MovedBlocks}");
        shrunk.ExpectSound();
        Assert.InRange(shrunk.Plan.BlockCount, shrunk.Plan.MinimumBlocks, shrunk.Plan.MinimumBlocks * 101 / 100);
        // Sizes in between, at the borders of descriptor blocks.
        using var file = new RawImageFile(path);
        ExtVolume volume = ExtVolume.Open(file);
        long perDescriptorBlock = (long)volume.Geometry.DescriptorsPerBlock * volume.Geometry.BlocksPerGroup;
        for (int blocks = volume.Geometry.DescriptorBlocks - 1; blocks * perDescriptorBlock > shrunk.Plan.BlockCount * 11 / 10; blocks--)
        {
            foreach (long groups in (long[])[0, 1, 2])
            {
                long size = (volume.Geometry.FirstDataBlock + blocks * perDescriptorBlock + groups * volume.Geometry.BlocksPerGroup)
                    * volume.Geometry.BlockSize;
                ShrunkFile between = ShrunkFile.Make(source, ShrinkRoom.UpTo(size), _folder["between"]);
                E2fsck.ExpectSilence(between.Path, 0);
                if (groups == 0)
                    TreeManifest.ExpectSame(source.Manifest, LoopMount.Manifest(between.Path));
            }
        }
    }
}
