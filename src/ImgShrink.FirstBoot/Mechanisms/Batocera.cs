using System.Text.RegularExpressions;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>
/// Batocera, whose init script grows partition 2 once where the settings on its FAT volume ask for it; the data stays.
/// </summary>
internal sealed partial class Batocera : IWrittenMechanism
{
    /// <summary>The settings on its FAT volume.</summary>
    public const string SettingsPath = "/batocera-boot.conf";

    private const int OnlyPartition = 2;

    public string Name => "Batocera autoresize";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target)
    {
        if (!IsShare(card))
            return null;
        if (target.Partition != OnlyPartition)
            return HookDecision.None(
                $"Batocera grows partition {OnlyPartition} only, and this is partition {target.Partition}");
        return HookDecision.Write(this, target.Limit == ExpandLimit.Max
            ? "autoresize=true in its batocera-boot.conf"
            : "autoresize=true in its batocera-boot.conf; it fills the card whatever --expand says");
    }

    /// <summary>Whether a volume is the one that such a system keeps its data on.</summary>
    public static bool IsShare(SystemTrees card) =>
        card.Boot?.Exists(SettingsPath) is true && !card.Root.Exists("/etc");

    public bool IsArmed(SystemTrees card) => card.Boot?.Lines(SettingsPath).Contains("autoresize=true") is true;

    public IEnumerable<string> PathsOn(SystemTrees card) => [];

    public void Arm(CardEditor card, ExpandTarget target) => card.Boot!.EditText(SettingsPath, text =>
        Setting().IsMatch(text) ? Setting().Replace(text, "autoresize=true", 1)
            : $"{text}{(text.EndsWith('\n') || text == "" ? "" : "\n")}autoresize=true\n");

    public void Disarm(CardEditor card) =>
        card.Boot!.EditText(SettingsPath, text => Setting().Replace(text, "#autoresize=true"));

    [GeneratedRegex(@"^[#;\t ]*autoresize=[^\r\n]*", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
