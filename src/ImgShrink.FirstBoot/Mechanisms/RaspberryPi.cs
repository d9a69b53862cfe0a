using System.Text.RegularExpressions;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Raspberry Pi OS's own first boot, where that is asked for and works on a card that was used.</summary>
/// <remarks>
/// A word in cmdline.txt starts it. It restarts once, and changes the disk's id and everything that refers to it, so
/// the hook is the default. Releases before September 2022 have a part of it that deletes itself on the first boot.
/// </remarks>
internal sealed partial class RaspberryPi : IWrittenMechanism
{
    private const string CommandLinePath = "/cmdline.txt";
    private const string FirstBoot = "/usr/lib/raspberrypi-sys-mods/firstboot";
    private const string InitWord = $"init={FirstBoot}";
    private const string ResizeWord = "resize";
    private const string GrowUnit = "systemd-growfs-root.service";
    private const string GrowWants = $"/etc/systemd/system/sysinit.target.wants/{GrowUnit}";
    private const string EarlyScript = "/usr/share/initramfs-tools/scripts/local-premount/resize_early";

    public string Name => "Raspberry Pi OS first boot";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target)
    {
        if (target is not { PrefersNative: true, Partition: 2, Table: ExpandTable.Mbr } || target.Limit != ExpandLimit.Max
            || !card.Root.Exists("/etc/rpi-issue") || card.CommandLine is [])
            return null;
        return WordFor(card) switch
        {
            InitWord => HookDecision.Write(this, "it makes new SSH host keys and a new disk id, and restarts once"),
            ResizeWord => HookDecision.Write(this, "it gives the disk a new id"),
            _ => null,
        };
    }

    /// <summary>Whether the card has never been started, so that this is still to come.</summary>
    public static bool IsAhead(SystemTrees card) => IsAskedFor(card) && !InstalledSystem.WasStarted(card.Root);

    /// <summary>Not on a card that has never been started: there the system needs it.</summary>
    public bool IsArmed(SystemTrees card) => IsAskedFor(card) && InstalledSystem.WasStarted(card.Root);

    public IEnumerable<string> PathsOn(SystemTrees card) => WordFor(card) == ResizeWord ? [GrowWants] : [];

    public void Arm(CardEditor card, ExpandTarget target)
    {
        string word = WordFor(card.Files)!;
        if (!card.Files.CommandLine.Contains(word))
            card.Boot!.EditText(CommandLinePath, text => $"{text.TrimEnd()} {word}\n");
        if (word == ResizeWord)
            card.Root.PutLink(GrowWants, card.Root.FindUnit(GrowUnit)!);
    }

    public void Disarm(CardEditor card)
    {
        card.Boot!.EditText(CommandLinePath, text => Words().Replace(text, ""));
        card.Root.Delete(GrowWants);
    }

    private static bool IsAskedFor(SystemTrees card) => card.Root.Exists("/etc/rpi-issue")
        && card.CommandLine.Any(word => word == ResizeWord || word.StartsWith("init=/usr/lib/rasp"));

    private static string? WordFor(SystemTrees card)
    {
        bool hasInitramfs = card.Boot!.List("/").Any(name => name.StartsWith("initramfs"));
        return InstalledSystem.ReadRelease(card.Root).GetValueOrDefault("VERSION_CODENAME") switch
        {
            "bullseye" when card.Root.Exists(FirstBoot) => InitWord,
            "bookworm" when card.Root.Exists(FirstBoot) && hasInitramfs => InitWord,
            "trixie" when card.Root.Exists(EarlyScript) && hasInitramfs && card.Root.FindUnit(GrowUnit) is not null =>
                ResizeWord,
            _ => null,
        };
    }

    [GeneratedRegex(@"[\t ]+(resize|init=/usr/lib/rasp[^\s]*)(?=\s|$)")]
    private static partial Regex Words();
}
