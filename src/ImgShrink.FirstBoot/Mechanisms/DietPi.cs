namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>DietPi, whose own service grows the root once, and takes its link away before that.</summary>
internal sealed class DietPi()
    : OwnUnit("DietPi service", Unit, target: "local-fs.target", mark: "/dietpi_skip_partition_resize")
{
    private const string Unit = "dietpi-fs_partition_resize.service";

    protected override HookDecision? Suits(SystemTrees card, ExpandTarget target) =>
        card.Root.Exists("/var/lib/dietpi/services/fs_partition_resize.sh") && card.Root.HasProgram("sfdisk")
            ? HookDecision.Write(this, Unit)
            : null;
}
