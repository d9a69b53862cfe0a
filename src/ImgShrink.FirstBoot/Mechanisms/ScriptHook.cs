using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>The script, in one of the ways to have it started on a boot.</summary>
internal abstract class ScriptHook(string name) : IWrittenMechanism
{
    public string Name => name;

    public HookDecision? Decide(SystemTrees card, ExpandTarget target)
    {
        if (WhatStarts(card) is not { } reason)
            return null;
        if (target.FileSystem is not ("ext2" or "ext3" or "ext4" or "btrfs" or "xfs"))
            return HookDecision.None($"a {target.FileSystem} root cannot grow while it is in use");
        if (ScriptTools.Missing(card.Root, target) is { } missing)
            return HookDecision.None(missing);
        if (!ScriptTools.CanTellKernel(card.Root))
            reason += "; without partx there, the first boot grows the partition and the second the file system";
        return HookDecision.Write(this, reason);
    }

    public virtual bool IsArmed(SystemTrees card) => card.Root.ExistsAny(Script(card.Root).Starters);

    public IEnumerable<string> PathsOn(SystemTrees card)
    {
        ExpandScript script = Script(card.Root);
        return [.. script.Files, .. script.Starters, .. script.Lines];
    }

    public virtual void Arm(CardEditor card, ExpandTarget target)
    {
        ExpandScript script = Script(card.Root);
        script.Install(card.Root, target);
        PutStarters(card.Root);
    }

    public virtual void Disarm(CardEditor card) => Script(card.Root).Remove(card.Root);

    /// <summary>
    /// Why the system would start the script, such as "Debian starts with systemd"; null where it would not.
    /// </summary>
    protected abstract string? WhatStarts(SystemTrees card);

    /// <summary>The script as it is put on this root.</summary>
    protected abstract ExpandScript Script(IFileTree root);

    /// <summary>Writes what starts the script.</summary>
    protected abstract void PutStarters(IFileEditor root);

    /// <summary>"Debian GNU/Linux 13 (trixie) starts with systemd", or "systemd found".</summary>
    protected static string StartsWith(SystemTrees card, string init) =>
        InstalledSystem.Recognise(card) is { } system ? $"{system} starts with {init}" : $"{init} found";
}
