namespace ImgShrink.FirstBoot;

/// <summary>What makes the file system grow on the first boot, and why that.</summary>
/// <param name="Mechanism">Such as "systemd hook" or "cloud-init"; "none" where it keeps its size.</param>
/// <param name="Reason">One phrase for the report, such as "Debian GNU/Linux 13 starts with systemd".</param>
public sealed record HookDecision(string Mechanism, string Reason)
{
    /// <summary>Whether <see cref="FirstBootHook.Arm"/> would write to the card.</summary>
    public bool WritesHook => Written is not null;

    /// <summary>Whether the file system grows on the first boot.</summary>
    public bool Grows => Mechanism != "none";

    internal IWrittenMechanism? Written { get; private init; }

    /// <summary>It keeps its size.</summary>
    public static HookDecision None(string reason) => new("none", reason);

    /// <summary>The system grows without help, over all of the card.</summary>
    internal static HookDecision ByItself(string mechanism, string reason, ExpandTarget target) => new(
        mechanism, target.Limit == ExpandLimit.Max ? reason : $"{reason}; it fills the card whatever --expand says");

    /// <summary>A mechanism is set up on the card.</summary>
    internal static HookDecision Write(IWrittenMechanism mechanism, string reason) =>
        new(mechanism.Name, reason) { Written = mechanism };
}
