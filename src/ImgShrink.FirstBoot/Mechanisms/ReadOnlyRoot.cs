namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Roots that a system mounts so that nothing written while it runs would stay.</summary>
internal sealed class ReadOnlyRoot : IExpandMechanism
{
    private const string Advice = "turn that off on the card, shut it down, and shrink it again";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target)
    {
        if (Overlay(card) is { } overlay)
            return HookDecision.None($"an overlay hides the root from the running system ({overlay}); {Advice}");
        if (card.Root.Lines("/etc/fstab").Any(MountsRootReadOnly))
            return HookDecision.None($"/etc/fstab mounts the root read-only; {Advice}");
        return null;
    }

    private static string? Overlay(SystemTrees card)
    {
        if (card.CommandLine.FirstOrDefault(HidesRoot) is { } word)
            return $"{word} in cmdline.txt";
        string? setting = card.Root.Lines("/etc/overlayroot.conf").LastOrDefault(line => line.StartsWith("overlayroot="));
        return setting is not null && IsOverlayRoot(setting) ? $"{setting} in /etc/overlayroot.conf" : null;
    }

    /// <summary>
    /// Whether a word asks for an overlay: of raspi-config, overlayroot, Alpine, systemd, or an init script that makes one.
    /// </summary>
    private static bool HidesRoot(string word) => word is "boot=overlay" or "overlaytmpfs" or "overlaytmpfs=yes"
        || IsOverlayRoot(word)
        || (word.StartsWith("systemd.volatile=") && word != "systemd.volatile=no")
        || (word.StartsWith("init=") && word.Contains("overlay", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a setting is overlayroot="tmpfs" or the like, and not empty or "disabled".</summary>
    private static bool IsOverlayRoot(string setting) => setting.StartsWith("overlayroot=")
        && setting["overlayroot=".Length..].Trim('"', '\'') is not ("" or "disabled");

    private static bool MountsRootReadOnly(string line)
    {
        string[] fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return fields is [not ['#', ..], "/", _, var options, ..] && options.Split(',').Contains("ro");
    }
}
