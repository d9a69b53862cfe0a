namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>
/// What PiShrink leaves on an image that has not been started since: an rc.local that grows the card through
/// raspi-config, or, after the first of its two restarts, one that only calls resize2fs. The system's own is
/// rc.local.bak.
/// </summary>
internal sealed class PiShrinkRcLocal : IArmed
{
    private const string RcLocal = "/etc/rc.local";
    private const string Original = "/etc/rc.local.bak";

    public string Name => "PiShrink's rc.local";

    public bool IsArmed(SystemTrees card)
    {
        string text = card.Root.Text(RcLocal);
        return text.Contains(Original) && (text.Contains("do_expand_rootfs") || text.Contains("\nresize2fs /dev/"));
    }

    /// <summary>Puts the system's own back, or takes the file away where there was none.</summary>
    public void Disarm(CardEditor card)
    {
        if (card.Root.Exists(Original))
            card.Root.Rename(Original, RcLocal);
        else
            card.Root.Delete(RcLocal);
    }
}
