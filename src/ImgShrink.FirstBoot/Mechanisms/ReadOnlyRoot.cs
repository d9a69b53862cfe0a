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
        if (card.CommandLine.FirstOrDefault(word => word == "boot=overlay" || IsOverlayRoot(word)) is { } word)
            return $"{word} in cmdline.txt";
        string? setting = card.Root.Lines("/etc/overlayroot.conf").LastOrDefault(line => line.StartsWith("overlayroot="));
        return setting is not null && IsOverlayRoot(setting) ? $"{setting} in /etc/overlayroot.conf" : null;
    }

    /// <summary>Whether a setting is overlayroot="tmpfs" or the like, and not empty or "disabled".</summary>
    private static bool IsOverlayRoot(string setting) => setting.StartsWith("overlayroot=")
        && setting["overlayroot=".Length..].Trim('"', '\'') is not ("" or "disabled");

    private static bool MountsRootReadOnly(string line)
    {
        string[] fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return fields is [not ['#', ..], "/", _, var options, ..] && options.Split(',').Contains("ro");
    }
}
