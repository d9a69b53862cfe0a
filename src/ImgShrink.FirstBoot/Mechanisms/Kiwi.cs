namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>openSUSE and others that KIWI built: kiwi-repart in the initrd grows the root on every boot.</summary>
internal sealed class Kiwi : IExpandMechanism
{
    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        card.Root.List("/usr/lib/dracut/modules.d").Any(name => name.Contains("kiwi-repart"))
            && card.Root.List("/boot").Any(name => name.StartsWith("initrd"))
            ? HookDecision.ByItself("kiwi-repart", "it is in the initrd and grows the root on every boot", target)
            : null;
}
