using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>cloud-init, whose growpart and resizefs steps run on every boot where they are active.</summary>
/// <remarks>
/// Another mechanism's business in every doubt: a hook beside cloud-init does no harm, no hook without it leaves the card
/// small.
/// </remarks>
internal sealed class CloudInit : IExpandMechanism
{
    // What runs the two steps; the second name since release 24.3.
    private static readonly string[] s_units = ["cloud-init.service", "cloud-init-network.service"];

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) => GrowsRoot(card) && !target.IsLogical
        ? HookDecision.ByItself("cloud-init", "its growpart step is active and grows the root on every boot", target)
        : null;

    private static bool GrowsRoot(SystemTrees card)
    {
        IFileTree root = card.Root;
        string[] steps = [.. root.Lines("/etc/cloud/cloud.cfg").Select(line => line.TrimStart('-', ' '))];
        return root.Exists("/usr/bin/cloud-init")
            && root.Exists("/usr/bin/growpart")
            && root.Exists("/var/lib/cloud/instance") // It ran on this very card.
            && !root.ExistsAny("/etc/cloud/cloud-init.disabled", "/etc/growroot-disabled")
            && !s_units.Any(root.IsMasked)
            && !card.CommandLine.Contains("cloud-init=disabled")
            && steps.Contains("growpart")
            && steps.Contains("resizefs")
            && !SettingFiles(root).SelectMany(root.Lines).Any(TurnsGrowthOff);
    }

    private static IEnumerable<string> SettingFiles(IFileTree root) => root.List("/etc/cloud/cloud.cfg.d")
        .Where(name => name.EndsWith(".cfg"))
        .Select(name => $"/etc/cloud/cloud.cfg.d/{name}")
        .Append("/etc/cloud/cloud.cfg");

    // YAML, of which only the words matter: any mention of its own settings is reason enough for doubt.
    private static bool TurnsGrowthOff(string line) => line.StartsWith("growpart:")
        || line.StartsWith("resize_rootfs:");
}
