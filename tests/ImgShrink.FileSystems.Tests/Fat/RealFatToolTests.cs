using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Fat;

/// <summary>Volumes made by mkfs.fat and mtools, and what fsck.fat and mtools say after edits.</summary>
public class RealFatToolTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset s_time = new(2024, 3, 15, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData(12, 4, 4)]
    [InlineData(16, 32, 4)]
    [InlineData(16, 64, 2)]
    [InlineData(32, 64, 1)]
    [InlineData(32, 128, 2)]
    public void Volumes_are_described_and_edited_as_the_tools_do(int bits, int mebibytes, int sectorsPerCluster)
    {
        if (Tool.SkipWithout(output.WriteLine, "mkfs.fat", "fsck.fat", "mcopy", "mtype", "mdir"))
            return;
        using var folder = new TempFolder();
        string path = folder.MakeFile("boot.img", mebibytes << 20);
        Tool.Need("mkfs.fat", "-F", $"{bits}", "-s", $"{sectorsPerCluster}", "-n", "BOOTFS", "-i", "4F1C2A77", path);
        byte[] kernel = Noise.Bytes(seed: 9, 300_000);
        File.WriteAllBytes(folder["kernel8.img"], kernel);
        Tool.Need("mmd", "-i", path, "::/overlays");
        Tool.Need("mcopy", "-i", path, folder["kernel8.img"], "::/kernel8.img");
        Tool.Need("mcopy", "-i", path, folder["kernel8.img"], "::/overlays/a long overlay name, v2.dtbo");

        byte[] bytes = File.ReadAllBytes(path);
        FatVolume volume = FatVolume.Open(new MemoryStore(bytes));
        Assert.Equal(($"fat{bits}", "BOOTFS", "4F1C-2A77"), (volume.FileSystem, volume.Label, volume.Uuid));
        Assert.Empty(volume.Warnings);
        Assert.Equal(FreeBytes(path), volume.FreeBytes);
        Assert.Equal(kernel, volume.Files.TryReadFile("/overlays/a long overlay name, v2.dtbo"));

        // What is not data may become zero: the tools see no difference.
        File.WriteAllBytes(path, OnlyData(bytes, volume.DataRanges()));
        AssertClean(path);

        var overlay = new WriteOverlay(new MemoryStore(bytes));
        IFileEditor editor = FatVolume.Edit(overlay, s_time);
        for (int i = 0; i < 60; i++)
            editor.WriteFile($"/overlays/another long overlay name {i}.dtbo", Noise.Bytes(i, i * 100), UnixFileMode.None);
        editor.WriteFile("/kernel8.img", kernel.AsSpan(1000), UnixFileMode.None);
        editor.WriteFile("/firstboot/cmdline.txt", "root=PARTUUID=4f1c2a77-02\n"u8, UnixFileMode.None);
        editor.Delete("/overlays/a long overlay name, v2.dtbo");
        File.WriteAllBytes(path, overlay.ReadBytes(0, bytes.Length));

        AssertClean(path);
        Assert.Equal("root=PARTUUID=4f1c2a77-02\n", Tool.Need("mtype", "-i", path, "::/firstboot/cmdline.txt"));
        Tool.Need("mcopy", "-n", "-i", path, "::/kernel8.img", folder["back.img"]);
        Assert.Equal(kernel[1000..], File.ReadAllBytes(folder["back.img"]));
        for (int i = 1; i < 60; i += 17)
        {
            Tool.Need("mcopy", "-n", "-i", path, $"::/overlays/another long overlay name {i}.dtbo", folder[$"{i}"]);
            Assert.Equal(Noise.Bytes(i, i * 100), File.ReadAllBytes(folder[$"{i}"]));
        }

        Assert.Equal(60, Tool.Need("mdir", "-b", "-i", path, "::/overlays").Split("dtbo\n").Length - 1);
        Assert.Equal(FreeBytes(path), FatVolume.Open(overlay).FreeBytes);
        Assert.Contains("2024-03-15  12:34", Tool.Need("mdir", "-i", path, "::/kernel8.img"));
    }

    [Fact]
    public void A_FAT32_volume_with_few_clusters_stays_one()
    {
        // Raspberry Pi images have them; mtools refuses them, fsck.fat goes by the same field as we do.
        if (Tool.SkipWithout(output.WriteLine, "mkfs.fat", "fsck.fat"))
            return;
        using var folder = new TempFolder();
        string path = folder.MakeFile("boot.img", 32 << 20);
        Tool.Need("mkfs.fat", "-F", "32", "-s", "4", "-n", "bootfs", path);
        var store = new MemoryStore(File.ReadAllBytes(path));
        Assert.Equal(("fat32", "bootfs"), (FatVolume.Open(store).FileSystem, FatVolume.Open(store).Label));

        IFileEditor editor = FatVolume.Edit(store, s_time);
        for (int i = 0; i < 100; i++)
            editor.WriteFile($"/boot/overlay number {i}.dtbo", Noise.Bytes(i, i * 100), UnixFileMode.None);
        editor.Delete("/boot/overlay number 50.dtbo");
        File.WriteAllBytes(path, store.ReadBytes(0, (int)store.Length));
        AssertClean(path);
    }

    private static void AssertClean(string path)
    {
        ToolResult check = Tool.Run("fsck.fat", "-n", "-v", path);
        Assert.True(check.ExitCode == 0 && !check.Output.Contains("differ", StringComparison.Ordinal), check.Output);
    }

    private static byte[] OnlyData(byte[] bytes, RangeSet data)
    {
        var kept = new byte[bytes.Length];
        foreach (ByteRange range in data.Ranges())
            bytes.AsSpan((int)range.Start, (int)range.Length).CopyTo(kept.AsSpan((int)range.Start));
        return kept;
    }

    // The last line of mdir: "   12 345 678 bytes free".
    private static long FreeBytes(string path)
    {
        string line = Tool.Need("mdir", "-i", path, "::").Split('\n').Last(text => text.Contains("bytes free"));
        return long.Parse(string.Concat(line.Where(char.IsAsciiDigit)));
    }
}
