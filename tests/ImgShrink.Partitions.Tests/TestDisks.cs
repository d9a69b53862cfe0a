using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

/// <summary>Partition tables written by hand, for tests that change a single field.</summary>
internal static class TestDisks
{
    public const int Sectors = 4096;
    public const int GptSlots = 128;

    /// <summary>2 MiB with two partitions: sectors 64..1087 (type 0C, active) and 1088..4095 (type 83).</summary>
    public static byte[] Mbr()
    {
        var disk = new byte[Sectors * 512];
        Le.Put32(disk, 0x1B8, 0x4F1C2A77);
        PutEntry(disk, 0, 0x80, 0x0C, 64, 1024);
        PutEntry(disk, 1, 0x00, 0x83, 1088, 3008);
        Sign(disk);
        return disk;
    }

    public static void PutEntry(byte[] disk, int slot, byte status, byte type, uint start, uint size)
    {
        int at = 0x1BE + slot * 16;
        (disk[at], disk[at + 4]) = (status, type);
        Le.Put32(disk, at + 8, start);
        Le.Put32(disk, at + 12, size);
    }

    public static void Sign(byte[] disk) => Le.Put16(disk, 0x1FE, 0xAA55);

    /// <summary>2 MiB with partition 1 in sectors 2048..4000 ("root") and partition 3 in 64..127: not in disk order.</summary>
    public static byte[] Gpt()
    {
        var disk = new byte[Sectors * 512];
        PutEntry(disk, 0, 0x00, 0xEE, 1, Sectors - 1);
        Sign(disk);
        PutGptEntry(disk, 1, 2048, 4000, "root");
        PutGptEntry(disk, 3, 64, 127, "");
        PutHeader(disk, my: 1, alternate: Sectors - 1, entries: 2);
        disk.AsSpan(1024, GptSlots * 128).CopyTo(disk.AsSpan((Sectors - 33) * 512));
        PutHeader(disk, my: Sectors - 1, alternate: 1, entries: Sectors - 33);
        return disk;
    }

    public static void PutGptEntry(byte[] disk, int number, ulong first, ulong last, string name)
    {
        Span<byte> entry = disk.AsSpan(1024 + (number - 1) * 128, 128);
        new Guid("0fc63daf-8483-4772-8e79-3d69d8477de4").TryWriteBytes(entry);
        Guid($"{number:x8}").TryWriteBytes(entry[16..]);
        Le.Put64(entry, 32, first);
        Le.Put64(entry, 40, last);
        System.Text.Encoding.Unicode.GetBytes(name, entry[56..]);
    }

    /// <summary>Makes both CRCs of the header in a sector true; its other fields stay.</summary>
    public static void Seal(byte[] disk, int sector)
    {
        Span<byte> header = disk.AsSpan(sector * 512, 512);
        int entriesAt = (int)Le.U64(header, 72) * 512;
        Le.Put32(header, 88, Crc32.Of(disk.AsSpan(entriesAt, GptSlots * 128)));
        Le.Put32(header, 16, 0);
        Le.Put32(header, 16, Crc32.Of(header[..92]));
    }

    /// <summary>Makes the primary copy true, and the backup its equal.</summary>
    public static void SealBoth(byte[] disk)
    {
        disk.AsSpan(1024, GptSlots * 128).CopyTo(disk.AsSpan((Sectors - 33) * 512));
        Seal(disk, 1);
        Seal(disk, Sectors - 1);
    }

    /// <summary>The partitions with new lengths; all that lies between them is carried along.</summary>
    public static Arrangement With(this PartitionTable table, params (int Number, long Length)[] lengths) =>
        table.Arrange(lengths.ToDictionary(each => each.Number, each => each.Length), gap => gap.Start);

    public static PartitionTable Read(byte[] disk) => PartitionTable.Read(new MemoryStore(disk));

    public static Guid Guid(string eight) => new($"{eight}-1111-2222-3333-444455556666");

    private static void PutHeader(byte[] disk, int my, int alternate, int entries)
    {
        Span<byte> header = disk.AsSpan(my * 512, 512);
        "EFI PART"u8.CopyTo(header);
        Le.Put32(header, 8, 0x00010000);
        Le.Put32(header, 12, 92);
        Le.Put64(header, 24, (ulong)my);
        Le.Put64(header, 32, (ulong)alternate);
        Le.Put64(header, 40, 34);
        Le.Put64(header, 48, Sectors - 34);
        Guid("abcdef01").TryWriteBytes(header[56..]);
        Le.Put64(header, 72, (ulong)entries);
        Le.Put32(header, 80, GptSlots);
        Le.Put32(header, 84, 128);
        Seal(disk, my);
    }
}
