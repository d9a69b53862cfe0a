using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>openSUSE and others that KIWI built: kiwi-repart in their first initrd grows the root on every boot.</summary>
/// <remarks>
/// dracut takes the module only where it is asked to, as KIWI does for the first initrd. One that was made since, with a new
/// kernel, does not have it.
/// </remarks>
internal sealed class Kiwi : IExpandMechanism
{
    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        card.Root.List("/usr/lib/dracut/modules.d").Any(name => name.Contains("kiwi-repart")) && HasFirstInitrd(card.Root)
            ? HookDecision.ByItself("kiwi-repart", "it is in the initrd and grows the root on every boot", target)
            : null;

    /// <summary>Whether every initrd is older than the machine's id, which its first start has made.</summary>
    private static bool HasFirstInitrd(IFileTree root)
    {
        DateTimeOffset? firstStart = root.TryStat("/etc/machine-id")?.Modified;
        FileEntry[] initrds = [.. root.List("/boot")
            .Where(name => name.StartsWith("initrd"))
            .Select(name => root.TryStat($"/boot/{name}")!)
            .Where(entry => entry.Kind == EntryKind.File)];
        return initrds is not [] && Array.TrueForAll(initrds, each => each.Modified < firstStart);
    }
}
