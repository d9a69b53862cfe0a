namespace ImgShrink.FirstBoot;

/// <summary>What makes the file system grow on the first boot, and why that.</summary>
/// <param name="Mechanism">"systemd hook" or "none".</param>
/// <param name="Reason">One phrase for the report, such as "no systemd found".</param>
public sealed record HookDecision(string Mechanism, string Reason)
{
    /// <summary>Whether <see cref="FirstBootHook.Install"/> is to be called.</summary>
    public bool WritesHook => Mechanism == SystemdMechanism;

    private const string SystemdMechanism = "systemd hook";

    /// <summary>Nothing is written to the image.</summary>
    public static HookDecision None(string reason) => new("none", reason);

    /// <summary>The hook is written as a systemd unit.</summary>
    public static HookDecision Systemd(string reason) => new(SystemdMechanism, reason);
}
