namespace ImgShrink.OracleTests.Ext;

/// <summary>One way to make an ext volume.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="MiB">Size of the volume.</param>
/// <param name="Options">Arguments of mke2fs.</param>
/// <param name="Tune">Arguments of tune2fs, when it is filled: for what this kernel does not write.</param>
public sealed record Flavour(string Name, int MiB, string Options, string? Tune = null)
{
    /// <summary>Bytes that are written into the volume before most of them are deleted again.</summary>
    public long Payload => (long)MiB * 1024 * 1024 / 4;

    /// <summary>Names in the large directory: enough for a hash index.</summary>
    public int LargeDirectory => Options.Contains("-b 1024") ? 500 : 900;

    /// <summary>Every flavour of the grid. Sizes are such that the default room, 20 MiB, is less than what becomes free.</summary>
    public static IReadOnlyList<Flavour> All { get; } =
    [
        new("default", 128, "-t ext4 -b 4096"),
        new("csum_seed and orphan_file", 128, "-t ext4 -b 4096 -O metadata_csum_seed,orphan_file"),
        new("Raspberry Pi OS", 128, "-t ext4 -b 4096 -O ^metadata_csum,^64bit,^huge_file"),
        new("metadata_csum without 64bit", 128, "-t ext4 -b 4096 -O ^64bit,metadata_csum"),
        new("uninit_bg", 128, "-t ext4 -b 4096 -O ^metadata_csum,uninit_bg"),
        new("small groups", 128, "-t ext4 -b 1024 -g 2048 -G 4 -N 16384"),
        new("blocks of 1K", 128, "-t ext4 -b 1024"),
        new("blocks of 2K", 128, "-t ext4 -b 2048 -g 4096"),
        new("no flex_bg", 128, "-t ext4 -b 1024 -g 4096 -O ^flex_bg"),
        new("no flex_bg, stride", 128, "-t ext4 -b 1024 -g 4096 -O ^flex_bg -E stride=16,stripe-width=64"),
        new("ext3", 96, "-t ext3 -b 1024 -g 4096"),
        new("ext2", 96, "-t ext2 -b 1024 -g 4096"),
        new("ext2 of 4K", 96, "-t ext2 -b 4096 -g 4096"),
        new("inodes of 128 bytes", 96, "-t ext4 -b 4096 -I 128 -g 4096"),
        new("inodes of 512 bytes", 96, "-t ext4 -b 4096 -I 512 -g 4096"),
        new("no journal", 96, "-t ext4 -b 4096 -O ^has_journal"),
        new("no resize_inode", 96, "-t ext4 -b 4096 -O ^resize_inode -g 4096"),
        new("no dir_index", 96, "-t ext4 -b 4096 -O ^dir_index"),
        new("no filetype", 96, "-t ext4 -b 4096 -O ^filetype"),
        new("ea_inode", 128, "-t ext4 -b 1024 -g 2048 -G 4 -N 16384 -O ea_inode"),
        new("inline_data", 128, "-t ext4 -b 1024 -g 2048 -G 4 -N 16384 -O inline_data,ea_inode,orphan_file"),
        new("inline_data of 4K", 128, "-t ext4 -b 4096 -I 512 -O inline_data,metadata_csum_seed"),
        new("meta_bg", 128, "-t ext4 -b 1024 -g 2048 -O meta_bg,^resize_inode"),
        new("meta_bg of 4K", 128, "-t ext4 -b 4096 -O meta_bg,^resize_inode,^flex_bg"),
        new("sparse_super2", 96, "-t ext4 -b 1024 -g 2048 -O sparse_super2,^sparse_super,^resize_inode -E num_backup_sb=2"),
        new("mmp", 96, "-t ext4 -b 1024 -g 4096 -O mmp,large_dir -E mmp_update_interval=1"),
        new("quota and project", 96, "-t ext4 -b 1024 -g 2048 -N 8192 -O ea_inode",
            "-O project,quota -Q usrquota,grpquota,prjquota"),
        new("no sparse_super", 96, "-t ext4 -b 1024 -g 8192 -O ^sparse_super,^resize_inode"),
    ];

    /// <summary>The flavour of that name.</summary>
    public static Flavour Named(string name) => All.Single(flavour => flavour.Name == name);
}
