using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>One file or directory, as the directory it is in describes it.</summary>
/// <param name="Name">The long name where there is one, else the short one.</param>
/// <param name="ShortName">The short name as it is shown.</param>
/// <param name="ShortBytes">The short name as it is stored.</param>
/// <param name="Attributes">What it is.</param>
/// <param name="FirstCluster">First cluster of the content; 0 for an empty file.</param>
/// <param name="Length">Bytes of a file; 0 for a directory.</param>
/// <param name="Written">When it was last changed.</param>
/// <param name="Slots">Where its entries are, in bytes of the volume; the short one is last.</param>
internal sealed record FatItem(
    string Name, string ShortName, byte[] ShortBytes, FatAttributes Attributes, uint FirstCluster, uint Length,
    FatTime Written, IReadOnlyList<long> Slots)
{
    public bool IsDirectory => (Attributes & FatAttributes.Directory) != 0;

    public bool IsLabel =>
        (Attributes & (FatAttributes.VolumeLabel | FatAttributes.Directory)) == FatAttributes.VolumeLabel;

    /// <summary>Whether it is "." or "..".</summary>
    public bool IsDots => ShortName is "." or "..";

    /// <summary>Names are the same when they differ in case only; both names of a file lead to it.</summary>
    public bool IsNamed(string name) =>
        !IsLabel && (Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || ShortName.Equals(name, StringComparison.OrdinalIgnoreCase));
}
