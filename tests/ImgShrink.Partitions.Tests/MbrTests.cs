using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

public class MbrTests
{
    [Fact]
    public void Partitions_are_read_with_the_names_Linux_gives_them()
    {
        PartitionTable table = TestDisks.Read(TestDisks.Mbr());

        Assert.Equal((TableKind.Mbr, "4f1c2a77", 64 * 512L), (table.Kind, table.DiskId, table.Partitions[0].Start));
        Assert.Equal(
            [
                new Partition(1, 64 * 512, 1024 * 512, "0x0C", null, "4f1c2a77-01", true),
                new Partition(2, 1088 * 512, 3008 * 512, "0x83", null, "4f1c2a77-02", false),
            ],
            table.Partitions);
        Assert.Equal([new ByteRange(0, 64 * 512)], table.With().Gaps.Select(gap => gap.Source));
    }

    [Fact]
    public void A_disk_signature_of_zero_is_an_identity_too_and_said()
    {
        byte[] disk = TestDisks.Mbr();
        Le.Put32(disk, 0x1B8, 0);
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal("00000000-02", table.Partitions[1].Uuid);
        Assert.StartsWith("The disk signature is 00000000", Assert.Single(table.Oddities));
        Assert.Empty(table.Warnings);
    }

    [Fact]
    public void Numbers_are_slots_even_when_slots_between_are_empty()
    {
        byte[] disk = TestDisks.Mbr();
        disk.AsSpan(0x1BE, 16).Clear();
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal([2], table.Partitions.Select(partition => partition.Number));
        Assert.Equal(["The numbers of the partitions have holes: there is no 1."], table.Oddities);
    }

    [Fact]
    public void Numbers_that_do_not_follow_the_disk_are_said()
    {
        byte[] disk = TestDisks.Mbr();
        TestDisks.PutEntry(disk, 0, 0, 0x0C, 2000, 500);
        TestDisks.PutEntry(disk, 1, 0, 0x83, 100, 500);
        Assert.Equal(
            ["The partitions are not numbered in the order of the disk, which is 2, 1."], TestDisks.Read(disk).Oddities);
    }

    // Starts and sizes have 32 bits each, so a partition may lie beyond 2 TiB.
    private const long ThreeTerabytes = 3_000_000_000_000 / 512 * 512;

    [Fact]
    public void A_disk_of_three_terabytes_is_read_beyond_two()
    {
        PartitionTable table = PartitionTable.Read(Large(start: 4_000_000_000, size: 1_800_000_000));
        Assert.Equal((4_000_000_000 * 512L, 1_800_000_000 * 512L), (table.Partitions[1].Start, table.Partitions[1].Length));
    }

    [Fact]
    public void A_partition_beyond_a_large_disk_is_told_with_the_numbers()
    {
        var error = Assert.Throws<CorruptImageException>(() => PartitionTable.Read(Large(start: 4_000_000_000, size: uint.MaxValue)));
        long missing = 4_000_000_000 + (long)uint.MaxValue - ThreeTerabytes / 512;
        Assert.Contains($"The image ends {missing} sectors before partition 2 does", error.Message);
    }

    private static ComposedSource Large(uint start, uint size)
    {
        byte[] head = TestDisks.Mbr();
        TestDisks.PutEntry(head, 1, 0, 0x83, start, size);
        var disk = new ComposedSource(ThreeTerabytes);
        disk.Append(0, new MemoryStore(head));
        return disk;
    }

    [Theory]
    [InlineData(1, "The image ends 1 sector before partition 2 does: the copy is incomplete.")]
    [InlineData(704, "The image ends 704 sectors before partition 2 does: the copy is incomplete.")]
    public void An_image_that_was_cut_says_by_how_much(int missing, string expected)
    {
        byte[] disk = TestDisks.Mbr();
        var error = Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk[..((TestDisks.Sectors - missing) * 512)]));
        Assert.StartsWith(expected, error.Message);
        Assert.Equal("partition 2", Assert.Single(error.Findings).Structure);
    }

    [Fact]
    public void Overlapping_partitions_are_named()
    {
        byte[] disk = TestDisks.Mbr();
        TestDisks.PutEntry(disk, 1, 0, 0x83, 1087, 3000);
        var error = Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk));
        Assert.Equal(
            new Finding("partition 2", "its first sector", "1087", "1088 or more, behind partition 1"), Assert.Single(error.Findings));
    }

    [Theory]
    [InlineData(0u, 3008u, "StartingLBA at byte 470")]
    [InlineData(1088u, 0u, "SizeInLBA at byte 474")]
    public void An_entry_of_nothing_is_damage(uint start, uint size, string place)
    {
        byte[] disk = TestDisks.Mbr();
        TestDisks.PutEntry(disk, 1, 0, 0x83, start, size);
        var error = Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk));
        Assert.Equal(new Finding("MBR entry 2", place, "0", "1 or more"), Assert.Single(error.Findings));
    }

    [Fact]
    public void Every_single_damaged_byte_gives_a_table_or_a_typed_error()
    {
        byte[] good = TestDisks.Mbr();
        for (int at = 0x1B8; at < 512; at++)
            foreach (byte value in new byte[] { 0x00, 0x7F, 0xEE, 0xFF })
            {
                byte[] disk = [.. good];
                disk[at] = value;
                try
                {
                    Assert.NotEmpty(TestDisks.Read(disk).Partitions);
                }
                catch (ImgShrinkException)
                {
                }
            }
    }
}
