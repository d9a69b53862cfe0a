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
        foreach (string word in card.CommandLine)
        {
            if (word == "boot=overlay" || (word.StartsWith("overlayroot=") && word is not ("overlayroot=" or "overlayroot=disabled")))
                return $"{word} in cmdline.txt";
        }

        string setting = card.Root.Lines("/etc/overlayroot.conf").LastOrDefault(line => line.StartsWith("overlayroot=")) ?? "";
        return setting.Trim('"', '\'').TrimEnd('"') is "" or "overlayroot=" or "overlayroot=\"" or "overlayroot=\"disabled"
            ? null : $"{setting} in /etc/overlayroot.conf";
    }

    private static bool MountsRootReadOnly(string line)
    {
        string[] fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return fields is [not ['#', ..], "/", _, var options, ..] && options.Split(',').Contains("ro");
    }
}
