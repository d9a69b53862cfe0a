using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The script as an OpenRC service in the boot runlevel: Alpine, Gentoo.</summary>
internal sealed class OpenRcHook() : ScriptHook("OpenRC hook")
{
    private const string ServicePath = "/etc/init.d/imgshrink-expand";
    private const string RunlevelPath = "/etc/runlevels/boot/imgshrink-expand";

    protected override string? WhatStarts(SystemTrees card) =>
        card.Root.HasProgram("openrc") && card.Root.Exists("/etc/runlevels/boot") ? StartsWith(card, "OpenRC") : null;

    protected override ExpandScript Script(IFileTree root) => new(RunlevelPath, ServicePath);

    protected override void PutStarters(IFileEditor root)
    {
        root.WriteFile(ServicePath, ExpandScript.Template("imgshrink-expand.openrc"), FileTreeTexts.ProgramMode);
        root.PutLink(RunlevelPath, ServicePath);
    }
}
