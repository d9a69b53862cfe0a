namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Armbian, whose own service grows the root once, and then turns itself off.</summary>
/// <remarks>It makes the partition anew with fdisk, which on GPT would change its id.</remarks>
internal sealed class Armbian()
    : OwnUnit("Armbian service", Unit, target: "basic.target", mark: "/root/.no_rootfs_resize")
{
    private const string Unit = "armbian-resize-filesystem.service";

    protected override HookDecision? Suits(SystemTrees card, ExpandTarget target) =>
        card.Root.Exists("/etc/armbian-release")
            && card.Root.HasProgram("parted")
            && card.Root.HasProgram("fdisk")
            && target.Table == ExpandTable.Mbr
            ? HookDecision.Write(this, $"{Unit}, which leaves 1 to 5 % of the card free")
            : null;
}
