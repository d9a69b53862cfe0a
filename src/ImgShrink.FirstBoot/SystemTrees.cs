using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>What tells which system is on a card.</summary>
/// <param name="Root">The files of the volume that shall grow, or that may hold a system.</param>
/// <param name="Boot">The files of the card's first FAT volume; null when there is none that can be read.</param>
/// <param name="Label">The label of the volume; null when it has none.</param>
public sealed record SystemTrees(IFileTree Root, IFileTree? Boot = null, string? Label = null)
{
    /// <summary>The words of the Raspberry Pi's kernel command line; none when there is no such file.</summary>
    internal string[] CommandLine => Boot?.Text("/cmdline.txt").Split(
        (char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries) ?? [];
}

/// <summary>The same, to be written to.</summary>
/// <param name="Root">The files of the volume that shall grow.</param>
/// <param name="Boot">The files of the card's first FAT volume; null when there is none that can be written.</param>
/// <param name="Label">The label of the volume; null when it has none.</param>
public sealed record CardEditor(IFileEditor Root, IFileEditor? Boot = null, string? Label = null)
{
    /// <summary>The card as it is now.</summary>
    public SystemTrees Files => new(Root, Boot, Label);
}
