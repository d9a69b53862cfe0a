using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext;

/// <summary>Says what is wrong with an ext volume, and what to do about it.</summary>
internal static class ExtDamage
{
    public static CorruptImageException In(string structure, string place, string found, string expected) =>
        new(new Finding(structure, place, found, expected), ExtVolume.RepairAdvice);

    public static CorruptImageException In(InodeNumber number, string place, string found, string expected) =>
        In(number.ToString(), place, found, expected);
}
