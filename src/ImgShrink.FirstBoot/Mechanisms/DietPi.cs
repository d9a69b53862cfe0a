namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>DietPi, whose own service grows the root once, and takes its link away before that.</summary>
internal sealed class DietPi : IWrittenMechanism
{
    private const string Unit = "dietpi-fs_partition_resize.service";
    private const string Wants = $"/etc/systemd/system/local-fs.target.wants/{Unit}";

    public string Name => "DietPi service";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        card.Root.FindUnit(Unit) is not null
            && card.Root.Exists("/var/lib/dietpi/services/fs_partition_resize.sh")
            && card.Root.HasProgram("sfdisk")
            && !target.IsLogical
            && target.Limit == ExpandLimit.Max
            ? HookDecision.Write(this, Unit)
            : null;

    public bool IsArmed(SystemTrees card) => card.Root.Exists(Wants);

    public IEnumerable<string> PathsOn(SystemTrees card) => [Wants];

    public void Arm(CardEditor card, ExpandTarget target)
    {
        card.Root.PutLink(Wants, card.Root.FindUnit(Unit)!);
        card.Root.Delete("/dietpi_skip_partition_resize");
    }

    public void Disarm(CardEditor card) => card.Root.Delete(Wants);
}
