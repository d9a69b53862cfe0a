using System.Text.Json;
using ImgShrink.Testing;

namespace ImgShrink.OracleTests.Layouts;

/// <summary>Makes the image of a layout with the tools that make real ones.</summary>
internal static class LayoutCard
{
    // A fixed amount of content, so that there is something to move and something to keep.
    private const string FillTree =
        "mkdir -p T/etc T/data && head -c 3M /dev/urandom > T/data/a && head -c 2M /dev/urandom > T/data/b && seq 1 20000 > T/data/c";

    /// <summary>Makes the image, with a partition table and volumes.</summary>
    public static void Make(Layout layout, TempFolder folder, string path)
    {
        folder.MakeFile(Path.GetFileName(path), (long)layout.MiB << 20);
        if (layout.Table.Length > 0)
            OnDisk(layout, path, disk => Sh($"sfdisk -q --wipe never '{disk}' <<'E'\n{layout.Table}E"));
        var places = layout.Table.Length > 0
            ? Places(layout, path) : new Dictionary<int, (long, long)> { [0] = (0, (long)layout.MiB << 20) };
        Sh($"cd '{folder.Root}' && {FillTree}");
        foreach (Part part in layout.Parts)
        {
            (long start, long bytes) = places[part.Number];
            string volume = folder.MakeFile("volume", part.MiB is int mib ? (long)mib << 20 : bytes);
            Format(part, folder.Root);
            Sh($"dd if='{volume}' of='{path}' bs=64K seek={start} oflag=seek_bytes conv=notrunc,sparse status=none && rm '{volume}'");
        }

        foreach (string command in layout.Then)
            Sh(command.Replace("IMAGE", $"'{path}'"));
    }

    /// <summary>First byte and length of every partition, as sfdisk reads the table.</summary>
    public static Dictionary<int, (long Start, long Bytes)> Places(Layout layout, string path)
    {
        string json = "";
        OnDisk(layout, path, disk => json = Shell.Need("sfdisk", "--json", disk));
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("partitiontable").GetProperty("partitions").EnumerateArray()
            .Where(each => each.GetProperty("type").GetString() is not ("5" or "f"))
            .ToDictionary(
                each => int.Parse(new string([.. each.GetProperty("node").GetString()!.Reverse().TakeWhile(char.IsDigit).Reverse()])),
                each => (each.GetProperty("start").GetInt64() * layout.Sector, each.GetProperty("size").GetInt64() * layout.Sector));
    }

    /// <summary>Gives a tool the image, or a loop device over it where only that tells it the length of sectors.</summary>
    public static void OnDisk(Layout layout, string path, Action<string> run)
    {
        if (layout.Sector == 512)
        {
            run(path);
            return;
        }

        string device = Shell.Need("losetup", "--sector-size", $"{layout.Sector}", "--find", "--show", path).Trim();
        try
        {
            run(device);
        }
        finally
        {
            Shell.Need("losetup", "--detach", device);
        }
    }

    private static void Format(Part part, string folder)
    {
        string label = part.Label ?? "";
        string text = part.FileSystem.StartsWith("fat") ? "cmdline.txt" : "T/etc/fstab";
        File.WriteAllText(Path.Combine(folder, text), part.BootText ?? "");
        Sh($"cd '{folder}' && {part.FileSystem switch
        {
            "fat16" or "fat32" => $"mkfs.fat -F {part.FileSystem[3..]} -n '{label}' {part.Options} volume && mcopy -i volume {(part.BootText is null ? "T/data/a" : "cmdline.txt T/data/a")} ::",
            "ext4" => Ext(part, label),
            "exfat" => $"mkfs.exfat -L '{label}' volume",
            "ntfs" => $"mkntfs -q -F -f -L '{label}' -p 0 -H 255 -S 63 volume",
            "btrfs" => $"mkfs.btrfs -q -L '{label}' --rootdir T volume",
            "f2fs" => $"mkfs.f2fs -q -l '{label}' volume",
            "xfs" => $"mkfs.xfs -q -L '{label}' volume",
            "swap" => $"mkswap -L '{label}' volume",
            "squashfs" => "mksquashfs T s -quiet -no-progress && dd if=s of=volume conv=notrunc status=none && rm s",
            "erofs" => "mkfs.erofs s T && dd if=s of=volume conv=notrunc status=none && rm s",
            "luks" => "{ printf 'LUKS\\272\\276'; head -c 48K /dev/urandom; } | dd of=volume conv=notrunc status=none",
            _ => "head -c 48K /dev/urandom | dd of=volume conv=notrunc status=none",
        }}");
    }

    /// <summary>An ext volume; a feature that mke2fs does not set on a new one is set behind it.</summary>
    private static string Ext(Part part, string label)
    {
        const string Recovery = ",needs_recovery";
        string make = $"mke2fs -q -F -t ext4 -L '{label}' {part.Options.Replace(Recovery, "")} -d T volume";
        return part.Options.Contains(Recovery) ? $"{make} && debugfs -w -R 'feature needs_recovery' volume" : make;
    }

    private static void Sh(string command) => Shell.Need("bash", "-euo", "pipefail", "-c", command);
}
