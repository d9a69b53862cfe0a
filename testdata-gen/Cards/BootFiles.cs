using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Fat;
using ImgShrink.SampleCards.Ext.Tree;

namespace ImgShrink.SampleCards.Cards;

/// <summary>The boot partition of a Pi: its configuration, and blobs in place of firmware and kernel.</summary>
internal static class BootFiles
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // FAT keeps none

    /// <summary>Writes the files.</summary>
    /// <param name="volume">A FAT volume.</param>
    /// <param name="fill">Bytes that the blobs have together, about.</param>
    /// <param name="seed">Decides their content.</param>
    /// <param name="now">The time of all files.</param>
    public static void Write(IBlockStore volume, long fill, ulong seed, DateTimeOffset now)
    {
        IFileEditor files = FatVolume.Edit(volume, now);
        files.WriteFile("/cmdline.txt", Encoding.ASCII.GetBytes(PiTexts.CommandLine), Mode);
        files.WriteFile("/config.txt", Encoding.ASCII.GetBytes(PiTexts.Config), Mode);
        files.WriteFile("/issue.txt", Encoding.ASCII.GetBytes(PiTexts.Issue), Mode);
        Blob("/kernel8.img", 30);
        Blob("/initramfs8", 40);
        Blob("/start4.elf", 8);
        Blob("/start4x.elf", 8);
        Blob("/bootcode.bin", 1);
        Blob("/fixup4.dat", 1);
        Blob("/bcm2711-rpi-4-b.dtb", 1);
        Blob("/bcm2712-rpi-5-b.dtb", 1);
        for (int number = 0; number < 30; number++)
            files.WriteFile($"/overlays/sample-overlay-{number:D2}.dtbo",
                Made(new TextContent(seed + (ulong)number, 1000 + 97 * number)), Mode);

        void Blob(string path, int percent) =>
            files.WriteFile(path, Made(new ProgramContent(seed + (ulong)path.Length, fill * percent / 100)), Mode);
    }

    private static byte[] Made(FileContent content)
    {
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return bytes;
    }
}
