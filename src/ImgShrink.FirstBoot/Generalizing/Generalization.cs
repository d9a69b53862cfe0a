using System.Text.RegularExpressions;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Generalizing;

/// <summary>Makes an image of one machine's card fit for many: what is private or must be unique goes.</summary>
/// <remarks>
/// Machine ids are emptied, not deleted: systemd takes a missing one for a first boot, and then turns units on that were
/// turned off. Cards without systemd or ssh-keygen keep their SSH host keys.
/// </remarks>
public sealed partial class Generalization
{
    private static readonly (string Item, string Pattern, GeneralizeAction Action)[] s_onRoot =
    [
        ("machine id", "/etc/machine-id", GeneralizeAction.Empty),
        ("machine id", "/var/lib/dbus/machine-id", GeneralizeAction.Delete),
        ("random seeds", "/var/lib/systemd/random-seed", GeneralizeAction.Delete),
        ("random seeds", "/var/lib/systemd/credential.secret", GeneralizeAction.Delete),
        ("Wi-Fi", "/etc/NetworkManager/system-connections/*", GeneralizeAction.Delete),
        ("Wi-Fi", "/etc/netplan/50-cloud-init*.yaml", GeneralizeAction.Delete),
        ("Wi-Fi", "/etc/netplan/90-NM-*.yaml", GeneralizeAction.Delete),
        ("Wi-Fi", "/etc/wpa_supplicant/wpa_supplicant*.conf", GeneralizeAction.TakeNetworksOut),
        ("Wi-Fi", "/var/lib/iwd/**", GeneralizeAction.Delete),
        ("Wi-Fi", "/var/lib/connman/**", GeneralizeAction.Delete),
        ("leases", "/var/lib/dhcp/*.lease*", GeneralizeAction.Delete),
        ("leases", "/var/lib/dhcpcd/**", GeneralizeAction.Delete),
        ("leases", "/var/lib/dhcpcd5/**", GeneralizeAction.Delete),
        ("leases", "/var/lib/NetworkManager/*.lease", GeneralizeAction.Delete),
        ("leases", "/var/lib/NetworkManager/secret_key", GeneralizeAction.Delete),
        ("logs", "/var/log/journal/**", GeneralizeAction.Delete),
        ("logs", "/var/log/**", GeneralizeAction.Empty),
        .. Histories("/root"), .. Histories("/home/*"),
    ];

    private static readonly string[] s_hostKeys = ["/etc/ssh/ssh_host_*_key", "/etc/ssh/ssh_host_*_key.pub"];

    private static readonly string[] s_onBoot =
        ["/wpa_supplicant.conf", "/network-config", "/user-data", "/firstrun.sh", "/custom.toml", "/rpi-preseed.toml"];

    private Generalization(IReadOnlyList<GeneralizeStep> steps, string? warning) => (Steps, Warning) = (steps, warning);

    /// <summary>What is done, file by file.</summary>
    public IReadOnlyList<GeneralizeStep> Steps { get; }

    /// <summary>What had to stay, in a sentence; null where nothing had to.</summary>
    public string? Warning { get; }

    /// <summary>Looks for what belongs to one machine only; changes nothing.</summary>
    public static Generalization Plan(SystemTrees card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var steps = new List<GeneralizeStep>();
        string[] keys = [.. s_hostKeys.SelectMany(pattern => PathPattern.Files(card.Root, pattern))];
        string? warning = keys is [] ? null : SshHostKeys.WhyNot(card.Root);
        if (warning is null)
            steps.AddRange(keys.Select(path => new GeneralizeStep("SSH host keys", path, GeneralizeAction.Delete)));
        foreach (var (item, pattern, action) in s_onRoot)
        {
            steps.AddRange(PathPattern.Files(card.Root, pattern)
                .Where(path => steps.TrueForAll(step => step.Path != path) && Applies(card.Root, path, action))
                .Select(path => new GeneralizeStep(item, path, action)));
        }

        if (card.Boot is { } boot)
            steps.AddRange(s_onBoot.Where(boot.Exists).Select(
                path => new GeneralizeStep("first-boot settings", path, GeneralizeAction.Delete, OnBoot: true)));
        return new Generalization(steps, warning);
    }

    /// <summary>Does it.</summary>
    public void Apply(CardEditor card)
    {
        ArgumentNullException.ThrowIfNull(card);
        if (Steps.Any(step => step.Item == "SSH host keys"))
            SshHostKeys.Arrange(card.Root);
        foreach (GeneralizeStep step in Steps)
        {
            IFileEditor tree = step.OnBoot ? card.Boot! : card.Root;
            if (step.Action == GeneralizeAction.Delete)
                tree.Delete(step.Path);
            else if (step.Action == GeneralizeAction.Empty)
                tree.WriteFile(step.Path, [], FileTreeTexts.PlainMode);
            else
                tree.EditText(step.Path, text => Networks().Replace(text, ""));
        }
    }

    private static IEnumerable<(string Item, string Pattern, GeneralizeAction Action)> Histories(string home) =>
        from name in (string[])
        [
            ".bash_history", ".ash_history", ".zsh_history", ".python_history", ".lesshst", ".viminfo", ".wget-hsts",
            ".ssh/known_hosts", ".ssh/known_hosts.old",
        ]
        select ("histories", $"{home}/{name}", GeneralizeAction.Delete);

    /// <summary>Links are only ever deleted, and an old machine id that is a link to the new one not even that.</summary>
    private static bool Applies(IFileTree root, string path, GeneralizeAction action) => root.TryStat(path) switch
    {
        { Kind: EntryKind.File, Length: var length } => action switch
        {
            GeneralizeAction.Delete => true,
            GeneralizeAction.Empty => length > 0,
            _ => Networks().IsMatch(root.Text(path)),
        },
        { Kind: EntryKind.SymbolicLink } => action == GeneralizeAction.Delete && !path.EndsWith("/machine-id"),
        _ => false,
    };

    [GeneratedRegex(@"^[\t ]*network=\{[^}]*\}[\t ]*\r?\n?", RegexOptions.Multiline)]
    private static partial Regex Networks();
}
