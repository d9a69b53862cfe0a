namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Armbian, whose own service grows the root once, and then turns itself off.</summary>
/// <remarks>It makes the partition anew with fdisk, which on GPT would change its id; it knows no logical partitions.</remarks>
internal sealed class Armbian : IWrittenMechanism
{
    private const string Unit = "armbian-resize-filesystem.service";
    private const string Wants = $"/etc/systemd/system/basic.target.wants/{Unit}";

    public string Name => "Armbian service";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        card.Root.Exists("/etc/armbian-release")
            && card.Root.FindUnit(Unit) is not null
            && card.Root.HasProgram("parted")
            && card.Root.HasProgram("fdisk")
            && target is { Table: ExpandTable.Mbr, IsLogical: false }
            && target.Limit == ExpandLimit.Max
            ? HookDecision.Write(this, $"{Unit}, which leaves 1 to 5 % of the card free")
            : null;

    public bool IsArmed(SystemTrees card) => card.Root.Exists(Wants);

    public IEnumerable<string> PathsOn(SystemTrees card) => [Wants];

    public void Arm(CardEditor card, ExpandTarget target)
    {
        card.Root.PutLink(Wants, card.Root.FindUnit(Unit)!);
        card.Root.Delete("/root/.no_rootfs_resize");
    }

    public void Disarm(CardEditor card) => card.Root.Delete(Wants);
}
