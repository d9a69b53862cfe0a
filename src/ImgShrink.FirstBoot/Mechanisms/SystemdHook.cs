using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The script as a systemd unit, between sysinit.target and basic.target.</summary>
internal sealed class SystemdHook() : ScriptHook("systemd hook")
{
    /// <summary>
    /// Whether systemd starts the system, and is not only installed beside sysvinit, as on MX Linux: there, init is no link.
    /// </summary>
    public static bool Starts(IFileTree root) => root.ExistsAny("/usr/lib/systemd/systemd", "/lib/systemd/systemd")
        && !(root.Exists("/etc/inittab") && root.TryStat("/sbin/init")?.Kind == EntryKind.File);

    protected override string? WhatStarts(SystemTrees card) =>
        Starts(card.Root) ? StartsWith(card, "systemd") : null;

    protected override ExpandScript Script(IFileTree root) => new(FirstBootHook.WantsPath, FirstBootHook.UnitPath);

    protected override void PutStarters(IFileEditor root)
    {
        root.CreateDirectory("/etc/systemd/system");
        root.WriteFile(
            FirstBootHook.UnitPath, ExpandScript.Template("imgshrink-expand.service"), FileTreeTexts.PlainMode);
        root.PutLink(FirstBootHook.WantsPath, "../imgshrink-expand.service");
    }
}
