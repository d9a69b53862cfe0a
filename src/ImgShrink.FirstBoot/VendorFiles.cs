using System.Text.RegularExpressions;
using ImgShrink.FirstBoot.Mechanisms;

namespace ImgShrink.FirstBoot;

/// <summary>Systems that os-release does not name, or calls by the name of what they are built on.</summary>
internal static partial class VendorFiles
{
    // The more special ones first: OctoPi is a Raspberry Pi OS, which is a Debian.
    private static readonly IReadOnlyList<Func<SystemTrees, string?, InstalledSystem?>> s_vendors =
    [
        (card, _) => card.Label == HomeAssistant.DataLabel ? new("Home Assistant OS", null) : null,
        (card, _) => card.Label == Volumio.DataLabel ? new("Volumio", null) : null,
        (card, _) => Batocera.IsShare(card) ? new("Batocera", null) : null,
        (card, _) => LibreElec.IsStorage(card) ? new("LibreELEC", null) : null,
        (card, version) => Settings(card, "/boot/dietpi/.version") is { } dietPi
            ? new("DietPi", Joined(
                dietPi, "G_DIETPI_VERSION_CORE", "G_DIETPI_VERSION_SUB", "G_DIETPI_VERSION_RC") ?? version) : null,
        (card, version) => Settings(card, "/etc/armbian-release") is { } armbian
            ? new("Armbian", armbian.GetValueOrDefault("VERSION") ?? version) : null,
        (card, _) => FirstLine(card, "/etc/octopi_version") is { } octoPi ? new("OctoPi", octoPi) : null,
        (card, version) => card.Root.ExistsAny("/opt/retropie", "/home/pi/RetroPie") ? new("RetroPie", version) : null,
        (card, version) => card.Root.Exists("/etc/rpi-issue") ? new("Raspberry Pi OS", version) : null,
        (card, _) => FirstLine(card, "/etc/dogtag") is { } image ? new(image, null) : null,
        (card, _) => Tegra().Match(card.Root.Text("/etc/nv_tegra_release")) is { Success: true } tegra
            ? new("Jetson Linux", $"R{tegra.Groups[1]}.{tegra.Groups[2]}") : null,
        (card, _) => Settings(card, "/etc/openwrt_release") is { } openWrt
            ? new(openWrt.GetValueOrDefault("DISTRIB_ID") ?? "OpenWrt", openWrt.GetValueOrDefault("DISTRIB_RELEASE"))
            : null,
        (card, _) => card.Root.ExistsAny("/system/build.prop", "/build.prop") ? new("Android", null) : null,
    ];

    /// <summary>The system of a vendor; null when there is no sign of one.</summary>
    /// <param name="card">The card.</param>
    /// <param name="version">The version that os-release says, of what the system is built on.</param>
    public static InstalledSystem? Recognise(SystemTrees card, string? version) =>
        s_vendors.Select(vendor => vendor(card, version)).FirstOrDefault(system => system is not null);

    private static Dictionary<string, string>? Settings(SystemTrees card, string path) =>
        InstalledSystem.ReadSettings(card.Root, path);

    private static string? FirstLine(SystemTrees card, string path) =>
        InstalledSystem.Plain(card.Root.Lines(path).First()) is { Length: > 0 } line ? line : null;

    private static string? Joined(Dictionary<string, string> settings, params string[] keys) =>
        keys.All(settings.ContainsKey) ? string.Join('.', keys.Select(key => settings[key])) : null;

    [GeneratedRegex(@"R(\d+) \(release\), REVISION: (\d+(?:\.\d+)*)")]
    private static partial Regex Tegra();
}
