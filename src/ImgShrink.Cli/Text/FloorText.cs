using ImgShrink.FileSystems.Ext;

namespace ImgShrink.Cli.Text;

/// <summary>What the smallest size of a volume is made of.</summary>
internal static class FloorText
{
    public static string Of(SizeFloor floor)
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
}
