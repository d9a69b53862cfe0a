using ImgShrink.FileSystems.Ext;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>What is on an image, for people.</summary>
internal static class InfoText
{
    public static void Write(InfoReport report, TextWriter into)
    {
        string table = report.Table.Kind == "none" ? "no partition table"
            : $"{report.Table.Kind.ToUpperInvariant()} {report.Table.DiskId}";
        into.WriteLine($"{report.Source.Path}: {SizeText.Of(report.Source.Bytes)} ({report.Source.Bytes} bytes), {table}");
        if (report.Os is { } os)
            into.WriteLine($"System: {os.Name} {os.Version}".TrimEnd());
        PartitionText.Write(report.Partitions, into);
        foreach (PartitionReport each in report.Partitions)
        {
            if (each.Floor is { } floor)
                into.WriteLine($"      Smallest size: {Parts(floor)}");
        }

        if (report.Table.TrailingBytes > 0)
            into.WriteLine($"Behind the last partition: {SizeText.Of(report.Table.TrailingBytes)}, which are left off");
        into.WriteLine($"First boot after a shrink: {report.Hook.Mechanism} ({report.Hook.Reason})");
        ReferenceText.Write(report.References, into);
        foreach (string warning in report.Warnings)
            into.WriteLine($"Note: {warning}");
        into.WriteLine();
        bool canShrink = report.Partitions.Any(each => each.MinimumBytes is not null);
        into.WriteLine(canShrink
            ? $"The image can be shrunk to {SizeText.Of(report.MinimumImageBytes)}, and less when compressed. Type:"
            : "Nothing on it can be shrunk, but it can be compressed. Type:");
        into.WriteLine($"  imgshrink shrink {Quote(report.Source.Path)}{(canShrink ? "" : " --no-shrink")}");
    }

    /// <summary>What the smallest size of a volume is made of.</summary>
    private static string Parts(SizeFloor floor)
    {
        string journal = floor.JournalBytes == 0 ? "" : $"journal {SizeText.Of(floor.JournalBytes)}, ";
        string parts = $"files {SizeText.Of(floor.FileBytes)}, {journal}inode tables and bitmaps {SizeText.Of(floor.TableBytes)}, "
            + $"superblocks and descriptors {SizeText.Of(floor.CopyBytes)}";
        return floor.Limit switch
        {
            FloorLimit.Content => parts,
            FloorLimit.Inodes => $"{parts}, and {SizeText.Of(floor.UnusedBytes)} that its {floor.Inodes} inodes leave free",
            FloorLimit.InodeNumbers => $"{parts}, and {SizeText.Of(floor.UnusedBytes)} below inodes that must keep their numbers (stable_inodes)",
            _ => $"{parts}, and {SizeText.Of(floor.UnusedBytes)} to round the last block group up",
        };
    }

    private static string Quote(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
