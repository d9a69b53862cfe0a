using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The script behind a start script of its own, for sysvinit and busybox: Buildroot, Yocto.</summary>
internal sealed class InitScriptHook() : ScriptHook("init script hook")
{
    // Yocto's rcS.d makes the root writable at 06 and mounts all else at 35; Buildroot does both before it runs any.
    private const string InRcS = "/etc/rcS.d/S45imgshrink-expand";
    private const string InInitD = "/etc/init.d/S02imgshrink-expand";

    protected override string? WhatStarts(SystemTrees card) =>
        card.Root.Exists("/etc/inittab") && (RunsRcS(card.Root) || RunsInitD(card.Root))
            ? StartsWith(card, "init scripts") : null;

    protected override ExpandScript Script(IFileTree root) => new(RunsRcS(root) ? InRcS : InInitD);

    protected override void PutStarters(IFileEditor root) => root.WriteText(Script(root).Starters[0], """
        #!/bin/sh
        [ "$1" = stop ] || /bin/sh /etc/imgshrink/expand

        """.ReplaceLineEndings("\n"), FileTreeTexts.ProgramMode);

    /// <summary>Whether what lies in /etc/rcS.d is started for lying there; with insserv's list it would not be.</summary>
    private static bool RunsRcS(IFileTree root) =>
        root.Exists("/etc/rcS.d") && root.Exists("/etc/init.d/rc") && !root.Exists("/etc/init.d/.depend.boot");

    private static bool RunsInitD(IFileTree root) => root.Text("/etc/init.d/rcS").Contains("/etc/init.d/S");
}
