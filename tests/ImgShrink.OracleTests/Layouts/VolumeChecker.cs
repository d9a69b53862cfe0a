namespace ImgShrink.OracleTests.Layouts;

/// <summary>What the checker of a file system, and blkid, say of a partition.</summary>
internal static class VolumeChecker
{
    /// <summary>Type, label and id of what is at <paramref name="start"/>.</summary>
    public static string Identity(string image, long start, long bytes) => Shell.Run(
        "blkid", "-p", "-o", "export", "-s", "TYPE", "-s", "LABEL", "-s", "UUID", "-O", $"{start}", "-S", $"{bytes}", image)
        .Said.Replace(image, "").Trim();

    /// <summary>Fails the test unless the checker finds nothing wrong.</summary>
    public static void ExpectSound(string fileSystem, string image, long start, long bytes, string scratch)
    {
        if (fileSystem == "ext4")
        {
            E2fsck.ExpectSilence(image, start);
            return;
        }

        string[]? checker = fileSystem switch
        {
            "fat16" or "fat32" => ["fsck.fat", "-n"],
            "exfat" => ["fsck.exfat", "-n"],
            "ntfs" => ["ntfsfix", "-n"],
            "btrfs" => ["btrfs", "check"],
            "f2fs" => ["fsck.f2fs", "--dry-run"],
            "xfs" => ["xfs_repair", "-n", "-f"],
            _ => null,
        };
        if (checker is null)
            return;
        Shell.Need("dd", $"if={image}", $"of={scratch}", "bs=64K", $"skip={start}", $"count={bytes}",
            "iflag=skip_bytes,count_bytes", "conv=sparse", "status=none");
        Shell.Need(checker[0], [.. checker[1..], scratch]);
        File.Delete(scratch);
    }
}
