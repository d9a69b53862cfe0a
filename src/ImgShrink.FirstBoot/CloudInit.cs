using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>Whether cloud-init, which many images bring along, expands the root by itself.</summary>
internal static class CloudInit
{
    /// <summary>Whether its growpart and resizefs steps, which run on every boot, are active.</summary>
    /// <remarks>
    /// False in every doubt: a hook beside cloud-init does no harm, no hook without it leaves the card small.
    /// </remarks>
    public static bool GrowsRoot(IFileTree root)
    {
        string[] steps = Lines(root, "/etc/cloud/cloud.cfg").Select(line => line.TrimStart('-', ' ')).ToArray();
        return root.Exists("/usr/bin/cloud-init")
            && root.Exists("/usr/bin/growpart")
            && root.Exists("/var/lib/cloud/instance") // It ran on this very card.
            && !root.Exists("/etc/cloud/cloud-init.disabled")
            && !root.Exists("/etc/growroot-disabled")
            && steps.Contains("growpart")
            && steps.Contains("resizefs")
            && !SettingFiles(root).SelectMany(path => Lines(root, path)).Any(TurnsGrowthOff);
    }

    private static IEnumerable<string> SettingFiles(IFileTree root) => root.List("/etc/cloud/cloud.cfg.d")
        .Where(name => name.EndsWith(".cfg"))
        .Select(name => $"/etc/cloud/cloud.cfg.d/{name}")
        .Append("/etc/cloud/cloud.cfg");

    // YAML, of which only the words matter: any mention of its own settings is reason enough for doubt.
    private static bool TurnsGrowthOff(string line) => line.StartsWith("growpart:")
        || line.StartsWith("resize_rootfs:");

    private static IEnumerable<string> Lines(IFileTree root, string path) =>
        Encoding.UTF8.GetString(root.TryReadFile(path) ?? []).Split('\n').Select(line => line.Trim());
}
