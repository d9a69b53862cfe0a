using System.Text.RegularExpressions;
using ImgShrink.Blocks;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Partitions.Tests;

/// <summary>Tables made by sfdisk and sgdisk, and what these tools say of them after a resize.</summary>
public partial class RealToolTests(ITestOutputHelper output)
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(64)]
    [InlineData(16384)]
    public void Sfdisk_sees_only_the_size_change_in_an_MBR(int diskMiB)
    {
        if (Tool.SkipWithout(output.WriteLine, "sfdisk"))
            return;
        using var folder = new TempFolder();
        string path = folder.MakeFile("card.img", diskMiB * MiB);
        const string Script = "label: dos\nlabel-id: 0x4f1c2a77\nstart=2048,size=20480,type=c,bootable\nstart=24576,type=83\n";
        Assert.Equal(0, Tool.RunWithInput("sfdisk", Script, "-q", path).ExitCode);
        string before = Tool.Need("sfdisk", "-d", path);
        byte[] oldSector = Head(path, 512);

        PartitionTable table = Resize(path, number: 2, length: 20 * MiB, imageLength: 32 * MiB);

        Assert.Equal("4f1c2a77-02", table.Partitions[1].Uuid);
        string oldSize = $"size= {(diskMiB * MiB / 512 - 24576),11}";
        Assert.Contains(oldSize, before);
        Assert.Equal(before.Replace(oldSize, $"size= {20 * MiB / 512,11}"), Tool.Need("sfdisk", "-d", path));
        Assert.Equal(oldSector[..0x1D3], Head(path, 512)[..0x1D3]);

        // sfdisk writes the same bytes, ending CHS included, for a table of that size.
        string twin = folder.MakeFile("twin.img", 32 * MiB);
        Tool.RunWithInput("sfdisk", Script.Replace("start=24576", "start=24576,size=40960"), "-q", twin);
        Assert.Equal(Head(twin, 512), Head(path, 512));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    public void Sgdisk_finds_no_problems_in_a_resized_GPT(int slots)
    {
        if (Tool.SkipWithout(output.WriteLine, "sgdisk", "sfdisk"))
            return;
        using var folder = new TempFolder();
        string path = folder.MakeFile("card.img", 256 * MiB);
        Tool.Need("sgdisk", "-S", $"{slots}", "-n", "2:2048:+8M", "-t", "2:ef00", "-c", "2:boot", "-A", "2:set:2", "-n", "1:0:0",
            "-c", "1:root", path);
        string before = Tool.Need("sfdisk", "-d", path);

        PartitionTable table = Resize(path, number: 1, length: 20 * MiB, imageLength: 32 * MiB);

        Assert.Equal(["root", "boot"], table.Partitions.Select(partition => partition.Name));
        Assert.True(table.Partitions[1].Bootable);
        Assert.Contains("No problems found", Tool.Need("sgdisk", "-v", path));
        Assert.Equal(WithoutSizes(before), WithoutSizes(Tool.Need("sfdisk", "-d", path)));
        Assert.Empty(Tool.Need("sfdisk", "-q", "--verify", path));
        Assert.Contains($"Partition size: {20 * MiB / 512} sectors", Tool.Need("sgdisk", "-i", "1", path));
    }

    [Fact]
    public void Sgdisk_finds_no_problems_after_growth_from_a_stranded_backup()
    {
        if (Tool.SkipWithout(output.WriteLine, "sgdisk"))
            return;
        using var folder = new TempFolder();
        string path = folder.MakeFile("card.img", 32 * MiB);
        Tool.Need("sgdisk", "-n", "1:2048:0", path);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(64 * MiB);

        PartitionTable table = Resize(path, number: 1, length: 60 * MiB, imageLength: 64 * MiB);

        Assert.Empty(table.Warnings);
        Assert.Contains("No problems found", Tool.Need("sgdisk", "-v", path));
    }

    /// <summary>Resizes in the file itself, and cuts or lengthens it; gives the table that is then read.</summary>
    private static PartitionTable Resize(string path, int number, long length, long imageLength)
    {
        IReadOnlyList<TableEdit> edits;
        using (var disk = new RawImageFile(path))
        {
            PartitionTable table = PartitionTable.Read(disk);
            edits = table.Edits(disk, table.With((number, length)), imageLength);
        }

        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(imageLength);
            foreach (TableEdit edit in edits)
            {
                file.Position = edit.At;
                file.Write(edit.Bytes.Span);
            }
        }

        using var resized = new RawImageFile(path);
        return PartitionTable.Read(resized);
    }

    private static byte[] Head(string path, int count)
    {
        using var file = new RawImageFile(path);
        return file.ReadBytes(0, count);
    }

    private static string WithoutSizes(string dump) => SizeFields().Replace(dump, "");

    [GeneratedRegex(@"size= *\d+|last-lba: \d+")]
    private static partial Regex SizeFields();
}
