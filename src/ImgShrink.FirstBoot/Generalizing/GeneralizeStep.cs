namespace ImgShrink.FirstBoot.Generalizing;

/// <summary>What becomes of something that belongs to one machine only.</summary>
public enum GeneralizeAction
{
    /// <summary>The file or link is deleted.</summary>
    Delete,

    /// <summary>The file stays and becomes empty.</summary>
    Empty,

    /// <summary>Its networks are taken out, all other settings stay.</summary>
    TakeNetworksOut,
}

/// <summary>One file of a card that belongs to one machine only.</summary>
/// <param name="Item">What it is: "SSH host keys", "logs".</param>
/// <param name="Path">Where, from the root of its volume.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="OnBoot">Whether it is on the FAT volume, and not on the root.</param>
public sealed record GeneralizeStep(string Item, string Path, GeneralizeAction Action, bool OnBoot = false);
