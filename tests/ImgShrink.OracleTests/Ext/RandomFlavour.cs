namespace ImgShrink.OracleTests.Ext;

/// <summary>Makes up ways to make an ext volume; the seed decides.</summary>
internal static class RandomFlavour
{
    private const int LeastMiB = 48;

    // What each is worth trying in, in percent of the volumes; what it needs or excludes is below.
    private static readonly (string Feature, int Percent)[] s_features =
    [
        ("extent", 93), ("64bit", 50), ("filetype", 95), ("dir_index", 90), ("sparse_super", 80), ("large_file", 90), ("huge_file", 80),
        ("dir_nlink", 80), ("extra_isize", 85), ("ext_attr", 100), ("flex_bg", 75), ("large_dir", 20), ("ea_inode", 25), ("inline_data", 30),
        ("has_journal", 75), ("mmp", 12), ("metadata_csum", 45), ("uninit_bg", 25), ("metadata_csum_seed", 25), ("orphan_file", 25),
        ("resize_inode", 55), ("meta_bg", 20), ("sparse_super2", 15), ("stable_inodes", 5), ("encrypt", 10), ("fast_commit", 10),
    ];

    /// <summary>The way that belongs to a seed. mke2fs may refuse it.</summary>
    public static Flavour Of(int seed)
    {
        var chance = new Random(seed);
        HashSet<string> features = [.. s_features.Where(each => chance.Next(100) < each.Percent).Select(each => each.Feature)];
        MakePossible(features);
        int blockSize = Pick(chance, 1024, 1024, 2048, 4096, 4096);
        int inodeSize = Math.Min(blockSize, features.Contains("inline_data") || features.Contains("extra_isize") ? Pick(chance, 256, 256, 512, 1024) : 128);
        var options = new List<string> { $"-t ext4 -b {blockSize} -I {inodeSize} -O none,{string.Join(',', features.Order(StringComparer.Ordinal))}" };
        if (chance.Next(100) < 60)
            options.Add($"-g {Math.Min(8 * blockSize, Pick(chance, 264, 512, 1000, 1024, 1992, 2048, 3080, 4096, 8192))}");
        if (features.Contains("flex_bg") && chance.Next(100) < 70)
            options.Add($"-G {Pick(chance, 1, 2, 4, 8, 32, 128)}");
        int inodes = Pick(chance, 4000, 6000, 12000, 30000);
        options.Add($"-N {inodes}");
        if (chance.Next(100) < 30)
            options.Add($"-m {Pick(chance, 0, 1, 10, 49)}");
        if (features.Contains("has_journal") && chance.Next(2) == 0)
            options.Add($"-J size={Pick(chance, 4, 5, 8)}");
        if (Extended(chance, features) is { Length: > 0 } extended)
            options.Add($"-E {extended}");
        return new Flavour($"random {seed}", LeastMiB + 8 * chance.Next(4) + (inodes * inodeSize >> 20), string.Join(' ', options));
    }

    private static void MakePossible(HashSet<string> features)
    {
        if (features.Contains("sparse_super2"))
            features.ExceptWith(["sparse_super", "resize_inode"]);
        if (features.Contains("metadata_csum"))
            features.Remove("uninit_bg");
        else
            features.ExceptWith(["metadata_csum_seed"]);
        if (features.Contains("resize_inode"))
            features.Remove("meta_bg");
        if (!features.Contains("has_journal"))
            features.ExceptWith(["orphan_file", "fast_commit"]);
        if (!features.Contains("extent"))
            features.Remove("64bit");
        if (!features.Contains("encrypt"))
            features.Remove("stable_inodes");
        if (features.Contains("inline_data"))
            features.UnionWith(["extra_isize", "extent"]);
    }

    private static string Extended(Random chance, HashSet<string> features)
    {
        var extended = new List<string>();
        if (chance.Next(4) == 0)
            extended.Add("packed_meta_blocks=1");
        if (chance.Next(5) == 0)
            extended.Add($"stride={Pick(chance, 4, 16, 32)},stripe_width={Pick(chance, 16, 64)}");
        if (features.Contains("64bit") && chance.Next(3) == 0)
            extended.Add($"desc_size={Pick(chance, 128, 256)}");
        if (features.Contains("sparse_super2"))
            extended.Add($"num_backup_sb={Pick(chance, 0, 1, 2)}");
        if (features.Contains("mmp"))
            extended.Add("mmp_update_interval=1");
        if (chance.Next(3) == 0)
            extended.Add($"lazy_itable_init={chance.Next(2)}");
        return string.Join(',', extended);
    }

    private static int Pick(Random chance, params ReadOnlySpan<int> values) => values[chance.Next(values.Length)];
}
