namespace ImgShrink.FileSystems.Ext.Recovery;

/// <summary>What the user can do about a volume that was not unmounted and cannot be recovered here.</summary>
internal static class RecoveryAdvice
{
    public const string MountOnce =
        "Shut the system down properly and read the card again, or run 'e2fsck -f' on the volume once. " + NoShrink;

    public const string Repair = "Run 'e2fsck -f' on it. " + NoShrink;

    private const string NoShrink = "With --no-shrink it is copied as it is.";
}
