using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>The programs that the script needs on the system, and what it has to do without.</summary>
internal static class ScriptTools
{
    // Names of packages that nobody would guess from the program's.
    private static readonly Dictionary<(string System, string Program), string> s_packages = new()
    {
        [("alpine", "resize2fs")] = "e2fsprogs-extra",
        [("openwrt", "od or hexdump")] = "coreutils-od",
        [("debian", "sfdisk")] = "fdisk",
        [("debian", "resize2fs")] = "e2fsprogs",
    };

    /// <summary>What is missing, in words; null when the script can do its work.</summary>
    public static string? Missing(IFileTree root, ExpandTarget target)
    {
        var missing = new List<string>();
        if (!root.HasProgram("od") && !root.HasProgram("hexdump"))
            missing.Add("od or hexdump");
        if (!CanChangeTable(root, target))
            missing.Add("sfdisk");
        string grower = target.FileSystem switch { "xfs" => "xfs_growfs", "btrfs" => "btrfs", _ => "resize2fs" };
        if (!root.HasProgram(grower)
            && !root.ExistsAny("/usr/lib/systemd/systemd-growfs", "/lib/systemd/systemd-growfs"))
            missing.Add(grower);
        if (missing is [])
            return null;
        string system = InstalledSystem.ReadRelease(root).GetValueOrDefault("ID") ?? "";
        string names = string.Join(" and ", missing.Select(name => WithPackage(system, name)));
        return $"the system lacks {names}, which the hook needs";
    }

    /// <summary>
    /// Whether a running kernel can be told of the new size; else it learns of it on the next start. (busybox has a
    /// partprobe, too, which cannot do that for a partition in use.)
    /// </summary>
    public static bool CanTellKernel(IFileTree root) =>
        ((string[])["partx", "resizepart", "growpart", "parted"]).Any(root.HasProgram);

    private static bool CanChangeTable(IFileTree root, ExpandTarget target) => root.HasProgram("sfdisk")
        || (root.HasProgram("growpart") && target.Limit == ExpandLimit.Max && !target.IsLogical)
        || root.HasProgram(target.Table == ExpandTable.Mbr ? "dd" : "parted");

    private static string WithPackage(string system, string program) =>
        s_packages.GetValueOrDefault((system, program)) is { } package ? $"{program} (package {package})" : program;
}
