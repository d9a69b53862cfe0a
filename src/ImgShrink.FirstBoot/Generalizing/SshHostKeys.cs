using ImgShrink.FileSystems;
using ImgShrink.FirstBoot.Mechanisms;

namespace ImgShrink.FirstBoot.Generalizing;

/// <summary>New SSH host keys on the first boot: without them nobody could log in from afar.</summary>
internal static class SshHostKeys
{
    private const string Regenerate = "regenerate_ssh_host_keys.service";
    private const string Wants = "/etc/systemd/system/multi-user.target.wants";
    private const string OwnUnit = "imgshrink-ssh-keys.service";

    /// <summary>Why new keys cannot be had; null where they can.</summary>
    public static string? WhyNot(IFileTree root) =>
        !SystemdHook.Starts(root) || !root.HasProgram("ssh-keygen")
            ? "SSH host keys stay: nothing on this system would make new ones on its first boot." : null;

    /// <summary>Arranges for new keys: by the system's own unit, where it has one, or by one that removes itself.</summary>
    public static void Arrange(IFileEditor root)
    {
        if (root.FindUnit(Regenerate) is { } unit)
        {
            root.PutLink($"{Wants}/{Regenerate}", unit);
            return;
        }

        root.CreateDirectory("/etc/systemd/system");
        root.WriteFile($"/etc/systemd/system/{OwnUnit}", ExpandScript.Template(OwnUnit), FileTreeTexts.PlainMode);
        root.PutLink($"{Wants}/{OwnUnit}", $"../{OwnUnit}");
    }
}
