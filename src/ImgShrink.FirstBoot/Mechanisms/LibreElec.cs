namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>
/// LibreELEC and its kin: the system is a squashfs on the FAT volume, and /storage, which grows, has an autostart.
/// </summary>
/// <remarks>
/// Its own .please_resize_me is for a storage that was never used: it formats it. Here it is neither set nor touched.
/// </remarks>
internal sealed class LibreElec : IWrittenMechanism
{
    private const string Folder = "/.config/imgshrink";
    private const string Autostart = "/.config/autostart.sh";
    private const string Mount = "/storage";

    public string Name => "LibreELEC autostart";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target)
    {
        if (!IsStorage(card))
            return null;
        if (card.Root.Exists("/.please_resize_me"))
            return HookDecision.ByItself(
                "LibreELEC", "it was never started, and fills the card when it first is", target);
        return HookDecision.Write(this, "a line in /storage/.config/autostart.sh, which it runs before Kodi");
    }

    /// <summary>Whether a volume is the storage of such a system.</summary>
    public static bool IsStorage(SystemTrees card) => card.Boot?.Exists("/SYSTEM") is true && !card.Root.Exists("/etc")
        && (card.Label is "STORAGE" or "LIBREELEC_DISK" or "COREELEC_DISK"
            || card.Root.ExistsAny("/.kodi", "/.config", "/.please_resize_me"));

    public bool IsArmed(SystemTrees card) => StartupLine.IsIn(card.Root, Autostart);

    public IEnumerable<string> PathsOn(SystemTrees card) => [.. new ExpandScript(Folder, Mount, [], []).Files, Autostart];

    public void Arm(CardEditor card, ExpandTarget target)
    {
        bool isOurs = !card.Root.Exists(Autostart) || StartupLine.IsAllOf(card.Root, Autostart);
        string file = Mount + Autostart;
        ExpandScript script = isOurs ? new(Folder, Mount, [file], []) : new(Folder, Mount, [], [file]);
        script.Install(card.Root, target);
        StartupLine.Put(card.Root, Autostart, script.Path);
    }

    public void Disarm(CardEditor card)
    {
        new ExpandScript(Folder, Mount, [], []).Remove(card.Root);
        StartupLine.Remove(card.Root, Autostart);
    }
}
