using ImgShrink.FileSystems;
using ImgShrink.FirstBoot.Mechanisms;

namespace ImgShrink.FirstBoot;

/// <summary>What grows a file system over its card on the first boot: decided by what is on the card, then set up.</summary>
public static class FirstBootHook
{
    /// <summary>The settings of the script on a root.</summary>
    public const string SettingsPath = $"{ExpandScript.RootFolder}/expand.conf";

    /// <summary>The systemd unit that starts it.</summary>
    public const string UnitPath = "/etc/systemd/system/imgshrink-expand.service";

    /// <summary>The symbolic link that makes every boot start the unit.</summary>
    public const string WantsPath = "/etc/systemd/system/basic.target.wants/imgshrink-expand.service";

    /// <summary>
    /// The first that knows a card decides: systems that cannot be helped, those that need no help, those with a way of
    /// their own, and then whatever starts programs on a boot.
    /// </summary>
    private static readonly IReadOnlyList<IExpandMechanism> s_mechanisms =
    [
        new ReadOnlySystems(),
        new HomeAssistant(), new Volumio(), new Batocera(), new LibreElec(),
        new ReadOnlyRoot(),
        new CloudInit(), new Kiwi(),
        new Armbian(), new DietPi(), new BeagleBone(), new RaspberryPi(),
        new SystemdHook(), new OpenRcHook(), new OpenWrtHook(), new RcLocalHook(), new InitScriptHook(),
    ];

    private static IEnumerable<IArmed> Armed => s_mechanisms.OfType<IArmed>().Prepend(new PiShrinkRcLocal());

    /// <summary>Decides by looking at the card.</summary>
    public static HookDecision Decide(SystemTrees card, ExpandTarget target)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(target);
        HookDecision decision = s_mechanisms
            .Select(each => each.Decide(card, target))
            .FirstOrDefault(each => each is not null)
            ?? HookDecision.None("nothing that starts programs on a boot was recognised on it");
        return target.PrefersNative && decision.Written is ScriptHook
            ? HookDecision.Write(decision.Written, $"{decision.Reason}; it has no way of its own that would still work")
            : decision;
    }

    /// <summary>Sets up what was decided, in place of everything else that is armed on the card.</summary>
    /// <exception cref="Blocks.NotEnoughSpaceException">A volume has no room for it.</exception>
    public static void Arm(HookDecision decision, CardEditor card, ExpandTarget target)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(target);
        foreach (IArmed other in Armed.Where(each => each != decision.Written && each.IsArmed(card.Files)))
            other.Disarm(card);
        decision.Written?.Arm(card, target);
    }

    /// <summary>The files and links that would be made or changed on the volume that grows; none where nothing is.</summary>
    public static IReadOnlyList<string> PathsOf(HookDecision decision, SystemTrees card)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(card);
        return [.. decision.Written?.PathsOn(card) ?? []];
    }

    /// <summary>What is armed on a card, by name.</summary>
    public static IReadOnlyList<string> WhatIsArmed(SystemTrees card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return [.. Armed.Where(each => each.IsArmed(card)).Select(each => each.Name)];
    }

    /// <summary>
    /// How far the script that is on a volume grows the partition of this number, as <see cref="ExpandLimit"/> spells it; null
    /// where it is not there.
    /// </summary>
    /// <remarks>It does not mind a partition that is as long already, and then grows the file system only.</remarks>
    public static string? LimitOfScript(IFileTree root, int partition)
    {
        ArgumentNullException.ThrowIfNull(root);
        const string Key = "grow=";
        string[] settings = [.. root.Lines(SettingsPath)];
        return settings.Contains($"partition={partition}")
            ? settings.LastOrDefault(line => line.StartsWith(Key))?[Key.Length..] : null;
    }

    /// <summary>Takes the script away, which has nothing left to do; whatever else is armed stays.</summary>
    public static void RemoveScript(CardEditor card)
    {
        ArgumentNullException.ThrowIfNull(card);
        foreach (ScriptHook each in s_mechanisms.OfType<ScriptHook>().Where(each => each.IsArmed(card.Files)))
            each.Disarm(card);
    }

    /// <summary>Whether a system is on a volume that has never been started, by all that can be seen.</summary>
    public static bool IsFirstBootAhead(SystemTrees card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return InstalledSystem.Recognise(card) is not null && !InstalledSystem.WasStarted(card.Root);
    }

    /// <summary>Takes away everything that is armed on a card.</summary>
    public static void Disarm(CardEditor card)
    {
        ArgumentNullException.ThrowIfNull(card);
        foreach (IArmed each in Armed.Where(each => each.IsArmed(card.Files)))
            each.Disarm(card);
    }

    /// <summary>Why a card grows although nobody asks for it, in a phrase; null where it does not.</summary>
    public static string? GrowsByItself(SystemTrees card, ExpandTarget target)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(target);
        return RaspberryPi.IsAhead(card) ? "Raspberry Pi OS was not started yet, and grows when it is"
            : Decide(card, target with { Limit = ExpandLimit.Max }) is { Grows: true, WritesHook: false } own
                ? $"{own.Mechanism} is on it: {own.Reason}" : null;
    }
}
