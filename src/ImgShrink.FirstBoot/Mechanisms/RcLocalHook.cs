using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The script behind a guarded line in an rc.local that the system runs: Devuan, Void.</summary>
internal sealed class RcLocalHook() : ScriptHook("rc.local hook")
{
    private const string RcLocal = "/etc/rc.local";

    public override bool IsArmed(SystemTrees card) => StartupLine.IsIn(card.Root, RcLocal);

    public override void Disarm(CardEditor card)
    {
        base.Disarm(card);
        StartupLine.Remove(card.Root, RcLocal);
    }

    protected override string? WhatStarts(SystemTrees card) =>
        card.Root.TryStat(RcLocal)?.Unix?.Mode.HasFlag(UnixFileMode.UserExecute) is true
            && card.Root.ExistsAny("/etc/init.d/rc.local", "/etc/runit/2") ? StartsWith(card, "rc.local") : null;

    protected override ExpandScript Script(IFileTree root) => new(ExpandScript.RootFolder, "/", [], [RcLocal]);

    protected override void PutStarters(IFileEditor root) => StartupLine.Put(root, RcLocal, Script(root).Path);
}
