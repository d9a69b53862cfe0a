using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

/// <summary>Images of disks whose sectors have 4096 bytes.</summary>
public class LargeSectorTests
{
    private const int Sector = 4096, Sectors = 1024;

    [Fact]
    public void A_GPT_is_read_in_its_own_unit()
    {
        PartitionTable table = TestDisks.Read(Gpt());
        Assert.Equal((TableKind.Gpt, SectorSize.Large), (table.Kind, table.Sector));
        Assert.Equal([new ByteRange(256 * Sector, 745 * Sector)], table.Partitions.Select(each => each.Range));
        Assert.StartsWith("The disk has sectors of 4096 bytes.", Assert.Single(table.Oddities));
        Assert.Empty(table.Warnings);
    }

    [Fact]
    public void Its_backup_replaces_a_damaged_primary()
    {
        byte[] disk = Gpt();
        disk[Sector + 60] ^= 1;
        Assert.Equal(256 * Sector, TestDisks.Read(disk).Partitions[0].Start);
        Assert.Equal(Gpt(), Apply(disk, 745 * Sector, Sectors * Sector));
    }

    [Fact]
    public void It_shrinks_in_its_own_unit()
    {
        byte[] target = Apply(Gpt(), 100 * Sector, 512 * Sector);
        PartitionTable table = TestDisks.Read(target);
        Assert.Empty(table.Warnings);
        Assert.Equal(100 * Sector, table.Partitions[0].Length);
        Assert.Equal((511UL, 511UL - 5), (Le.U64(target, Sector + 32), Le.U64(target, Sector + 48)));
    }

    [Fact]
    public void An_MBR_is_read_in_the_unit_in_which_something_is_found()
    {
        byte[] disk = Mbr();
        Le.Put16(disk, 256 * Sector + 1024 + 0x38, 0xEF53);
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal((SectorSize.Large, 256L * Sector, 700L * Sector), (table.Sector, table.Partitions[0].Start, table.Partitions[0].Length));
        Assert.Equal(100u, Le.U32(Apply(disk, 100 * Sector, 512 * Sector), 0x1BE + 12));
    }

    [Fact]
    public void An_MBR_is_taken_for_a_usual_one_where_both_or_none_makes_sense()
    {
        byte[] disk = Mbr();
        Assert.Equal(SectorSize.Usual, TestDisks.Read(disk).Sector);
        Le.Put16(disk, 256 * Sector + 1024 + 0x38, 0xEF53);
        Le.Put16(disk, 256 * 512 + 1024 + 0x38, 0xEF53);
        Assert.Equal(SectorSize.Usual, TestDisks.Read(disk).Sector);
    }

    [Fact]
    public void Logical_partitions_are_counted_in_it_too()
    {
        byte[] disk = Mbr();
        TestDisks.PutEntry(disk, 0, 0, 0x0F, 256, 700);
        byte[] record = new byte[512];
        TestDisks.PutEntry(record, 0, 0, 0x83, 16, 300);
        TestDisks.Sign(record);
        record.CopyTo(disk, 256 * Sector);
        Partition logical = Assert.Single(TestDisks.Read(disk).Partitions);
        Assert.Equal((5, 272L * Sector, 300L * Sector), (logical.Number, logical.Start, logical.Length));
    }

    private static byte[] Mbr()
    {
        var disk = new byte[Sectors * Sector];
        TestDisks.PutEntry(disk, 0, 0, 0x83, 256, 700);
        TestDisks.Sign(disk);
        Le.Put32(disk, 0x1B8, 0x4F1C2A77);
        return disk;
    }

    /// <summary>4 MiB with one partition in sectors 256 to 1000.</summary>
    private static byte[] Gpt()
    {
        var disk = new byte[Sectors * Sector];
        TestDisks.PutEntry(disk, 0, 0x00, 0xEE, 1, Sectors - 1);
        TestDisks.Sign(disk);
        byte[] small = TestDisks.Gpt();
        byte[] entries = small[1024..(1024 + 128)];
        Le.Put64(entries, 32, 256);
        Le.Put64(entries, 40, 1000);
        entries.CopyTo(disk, 2 * Sector);
        entries.CopyTo(disk, (Sectors - 5) * Sector);
        Put(1, Sectors - 1, 2);
        Put(Sectors - 1, 1, Sectors - 5);
        return disk;

        void Put(int my, int other, int entriesAt)
        {
            Span<byte> header = disk.AsSpan(my * Sector, Sector);
            small.AsSpan(512, 92).CopyTo(header);
            (int Field, int Value)[] fields = [(24, my), (32, other), (40, 6), (48, Sectors - 6), (72, entriesAt)];
            foreach ((int field, int value) in fields)
                Le.Put64(header, field, (ulong)value);
            Le.Put32(header, 88, Crc32.Of(disk.AsSpan(entriesAt * Sector, TestDisks.GptSlots * 128)));
            Le.Put32(header, 16, 0);
            Le.Put32(header, 16, Crc32.Of(header[..92]));
        }
    }

    private static byte[] Apply(byte[] disk, long length, int imageLength)
    {
        var source = new MemoryStore([.. disk]);
        var target = new MemoryStore(disk[..imageLength]);
        PartitionTable table = PartitionTable.Read(source);
        foreach (TableEdit edit in table.Edits(source, table.With((1, length)), imageLength))
            edit.ApplyTo(target);
        return target.ReadBytes(0, imageLength);
    }
}
