using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The script as a systemd unit, between sysinit.target and basic.target.</summary>
internal sealed class SystemdHook() : ScriptHook("systemd hook")
{
    protected override string? WhatStarts(SystemTrees card) =>
        card.Root.ExistsAny("/usr/lib/systemd/systemd", "/lib/systemd/systemd") && !IsBesideSysvinit(card.Root)
            ? StartsWith(card, "systemd") : null;

    protected override ExpandScript Script(IFileTree root) => new(FirstBootHook.WantsPath, FirstBootHook.UnitPath);

    protected override void PutStarters(IFileEditor root)
    {
        root.CreateDirectory("/etc/systemd/system");
        root.WriteFile(
            FirstBootHook.UnitPath, ExpandScript.Template("imgshrink-expand.service"), FileTreeTexts.PlainMode);
        root.PutLink(FirstBootHook.WantsPath, "../imgshrink-expand.service");
    }

    /// <summary>Whether systemd is only installed, as on MX Linux: where it starts the system, init is a link to it.</summary>
    private static bool IsBesideSysvinit(IFileTree root) =>
        root.Exists("/etc/inittab") && root.TryStat("/sbin/init")?.Kind == EntryKind.File;
}
