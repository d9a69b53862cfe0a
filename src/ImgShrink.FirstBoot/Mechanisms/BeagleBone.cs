using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The BeagleBone's Debian, whose bbbio-set-sysconf.service grows the root where a flag file asks for it.</summary>
internal sealed class BeagleBone : IWrittenMechanism
{
    private const string Unit = "bbbio-set-sysconf.service";
    private const string Flag = "/etc/bbb.io/growpart";
    private const string Units = "/etc/systemd/system";

    public string Name => "BeagleBone growpart";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        card.Root.Exists("/etc/bbb.io")
            && card.Boot?.Exists("/sysconf.txt") is true // The unit's condition.
            && IsEnabled(card.Root)
            && !target.IsLogical
            && target.Limit == ExpandLimit.Max
            ? HookDecision.Write(this, $"{Unit}, which restarts the board once")
            : null;

    public bool IsArmed(SystemTrees card) => card.Root.Exists(Flag);

    public IEnumerable<string> PathsOn(SystemTrees card) => [Flag];

    public void Arm(CardEditor card, ExpandTarget target)
    {
        card.Root.WriteText(Flag, "");
        card.Root.Delete($"{Flag}_done");
    }

    public void Disarm(CardEditor card) => card.Root.Delete(Flag);

    private static bool IsEnabled(IFileTree root) => root.List(Units)
        .Any(name => name.EndsWith(".wants") && root.Exists($"{Units}/{name}/{Unit}"));
}
