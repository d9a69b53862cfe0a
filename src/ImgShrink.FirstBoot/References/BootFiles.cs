using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.References;

/// <summary>Where the files lie that name partitions, on a boot volume, a root, or a root that is both.</summary>
internal static class BootFiles
{
    private static readonly string[] s_places = ["", "/boot", "/boot/firmware"];

    private static readonly string[] s_names =
    [
        "cmdline.txt", // Raspberry Pi
        "extlinux/extlinux.conf", "boot.cmd", "boot.scr", "armbianEnv.txt", // U-Boot
        "grub/grub.cfg", "grub2/grub.cfg", // GRUB
    ];

    /// <summary>The paths of those that there are.</summary>
    public static IEnumerable<string> Of(IFileTree tree)
    {
        IEnumerable<string> fixedPaths = s_places.SelectMany(place => s_names.Select(name => $"{place}/{name}")).Append("/etc/fstab");
        IEnumerable<string> grubOfEfi = Below(tree, "/EFI", "/grub.cfg").Concat(Below(tree, "/boot/efi/EFI", "/grub.cfg"));
        IEnumerable<string> entries = Below(tree, "/loader/entries", "").Concat(Below(tree, "/boot/loader/entries", ""));
        return fixedPaths.Concat(grubOfEfi).Concat(entries).Where(tree.Exists);
    }

    private static IEnumerable<string> Below(IFileTree tree, string folder, string rest) =>
        tree.List(folder).Order(StringComparer.Ordinal).Select(name => $"{folder}/{name}{rest}");
}
