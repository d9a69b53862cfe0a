namespace ImgShrink.Partitions;

/// <summary>Words for the partition types that are met on cards.</summary>
internal static class PartitionTypes
{
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["0x01"] = "FAT12",
        ["0x04"] = "FAT16 (small)",
        ["0x06"] = "FAT16",
        ["0x07"] = "NTFS or exFAT",
        ["0x0B"] = "FAT32",
        ["0x0C"] = "FAT32 (LBA)",
        ["0x0E"] = "FAT16 (LBA)",
        ["0x82"] = "Linux swap",
        ["0x83"] = "Linux",
        ["0x8E"] = "Linux LVM",
        ["0xEF"] = "EFI system",
        ["0xFD"] = "Linux RAID",
        ["c12a7328-f81f-11d2-ba4b-00a0c93ec93b"] = "EFI system",
        ["ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"] = "Basic data",
        ["0fc63daf-8483-4772-8e79-3d69d8477de4"] = "Linux",
        ["0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"] = "Linux swap",
        ["e6d6d379-f507-44c2-a23c-238f2a3df928"] = "Linux LVM",
        ["21686148-6449-6e6f-744e-656564454649"] = "BIOS boot",
        ["b921b045-1df0-41c3-af44-4c6f280d3fae"] = "Linux root (ARM64)",
        ["69dad710-2ce4-4e3c-b16c-21a1d49abed3"] = "Linux root (ARM)",
        ["4f68bce3-e8cd-4db1-96e7-fbcaf984b709"] = "Linux root (x86-64)",
    };

    /// <summary>The words for a type as <see cref="Partition.Type"/> spells it.</summary>
    public static string NameOf(string type) => s_names.GetValueOrDefault(type, type);
}
