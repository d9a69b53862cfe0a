using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

public class ResizeTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void An_MBR_changes_in_the_four_bytes_of_a_size_only()
    {
        byte[] disk = TestDisks.Mbr();
        byte[] target = Apply(disk, new() { [2] = 1000 * 512 }, (int)(1.5 * MiB));

        Le.Put32(disk, 0x1BE + 16 + 12, 1000);
        Assert.Equal(disk[..target.Length], target);
    }

    [Fact]
    public void Nothing_to_resize_is_no_edit()
    {
        var disk = new MemoryStore(TestDisks.Mbr());
        PartitionTable table = PartitionTable.Read(disk);
        Assert.Empty(table.Edits(disk, table.With((2, 3008 * 512)), 2 * MiB));
    }

    [Theory]
    [InlineData(new byte[] { 65, 1, 0 }, new byte[] { 33, 9, 0 })]           // Followed 255/63: 4095 is head 65, sector 1.
    [InlineData(new byte[] { 0, 0, 0 }, new byte[] { 0, 0, 0 })]              // Never said anything.
    [InlineData(new byte[] { 0xFE, 0xFF, 0xFF }, new byte[] { 0xFE, 0xFF, 0xFF })] // Said "too far" of what is not: unknown rule.
    public void The_ending_CHS_follows_where_it_did(byte[] before, byte[] after)
    {
        byte[] disk = TestDisks.Mbr();
        before.CopyTo(disk, 0x1BE + 16 + 5);
        byte[] target = Apply(disk, new() { [2] = 1000 * 512 }, 2 * MiB);
        Assert.Equal(after, target[(0x1BE + 16 + 5)..(0x1BE + 16 + 8)]);
    }

    [Theory]
    [InlineData(100_000_000, 50_000_000, new byte[] { 0xFF, 0xFF, 0xFF }, new byte[] { 0xFF, 0xFF, 0xFF })]
    [InlineData(100_000_000, 16065, new byte[] { 0xFE, 0xFF, 0xFF }, new byte[] { 0, 1, 1 })]
    [InlineData(16065, 100_000_000, new byte[] { 0, 1, 1 }, new byte[] { 0xFE, 0xFF, 0xFF })]
    public void A_saturated_CHS_stays_so_while_the_end_is_out_of_reach(long oldLast, long newLast, byte[] before, byte[] after)
    {
        byte[] chs = [.. before];
        Mbr.Chs.Move(chs, oldLast, newLast);
        Assert.Equal(after, chs);
    }

    [Fact]
    public void A_GPT_is_good_at_its_new_end()
    {
        byte[] disk = TestDisks.Gpt();
        byte[] target = Apply(disk, new() { [1] = 100 * 512 }, (int)(1.5 * MiB));

        PartitionTable table = TestDisks.Read(target);
        Assert.Empty(table.Warnings);
        Assert.Equal(TestDisks.Read(disk).Partitions.Select(partition => partition.Number == 1
            ? partition with { Length = 100 * 512 }
            : partition), table.Partitions);
        Assert.Equal((3071UL, 3038UL, 34UL), (Le.U64(target, 512 + 32), Le.U64(target, 512 + 48), Le.U64(target, 512 + 40)));
        Assert.Equal((3071UL, 1UL), (Le.U64(target, 3071 * 512 + 24), Le.U64(target, 3071 * 512 + 32)));
        Assert.Equal(3071u, Le.U32(target, 0x1BE + 12));
    }

    [Fact]
    public void A_GPT_can_grow_with_the_disk()
    {
        byte[] target = Apply(TestDisks.Gpt(), new() { [1] = 2 * MiB }, 4 * MiB);
        PartitionTable table = TestDisks.Read(target);
        Assert.Empty(table.Warnings);
        Assert.Equal(2 * MiB, table.Partitions[0].Length);
    }

    [Fact]
    public void A_damaged_copy_is_made_good()
    {
        byte[] disk = TestDisks.Gpt();
        disk.AsSpan(512, 512).Clear();
        byte[] target = Apply(disk, [], 2 * MiB);
        Assert.Equal(TestDisks.Gpt(), target);
    }

    [Fact]
    public void A_protective_entry_for_any_size_stays_as_it_is()
    {
        byte[] disk = TestDisks.Gpt();
        Le.Put32(disk, 0x1BE + 12, uint.MaxValue);
        byte[] target = Apply(disk, new() { [1] = 100 * 512 }, (int)(1.5 * MiB));
        Assert.Equal(disk[..512], target[..512]);
    }

    [Fact]
    public void The_shortest_image_is_whole_megabytes_with_room_for_the_backup()
    {
        PartitionTable mbr = TestDisks.Read(TestDisks.Mbr()), gpt = TestDisks.Read(TestDisks.Gpt());
        const int Second = 1088 * 512, First = 2048 * 512;
        Assert.Equal(MiB, mbr.MinimumImageLength(mbr.With((2, MiB - Second))));
        Assert.Equal(2 * MiB, mbr.MinimumImageLength(mbr.With((2, MiB - Second + 512))));
        Assert.Equal(2 * MiB, gpt.MinimumImageLength(gpt.With((1, 2 * MiB - 33 * 512 - First))));
        Assert.Equal(3 * MiB, gpt.MinimumImageLength(gpt.With((1, 2 * MiB - 32 * 512 - First))));
    }

    [Fact]
    public void Rounding_up_never_makes_an_image_longer_than_its_disk()
    {
        byte[] disk = [.. TestDisks.Mbr(), .. new byte[512 * 3 + 100]];
        Le.Put32(disk, 0x1BE + 16 + 12, 3010);
        Assert.Equal(2 * MiB + 3 * 512, MinimumOf(TestDisks.Read(disk)));
    }

    [Fact]
    public void Where_a_whole_MiB_is_too_much_the_length_is_a_multiple_of_4096()
    {
        byte[] disk = [.. TestDisks.Mbr(), .. new byte[4096 + 3 * 512]];
        Le.Put32(disk, 0x1BE + 16 + 12, 3010);
        Assert.Equal(2 * MiB + 4096, MinimumOf(TestDisks.Read(disk)));
    }

    [Fact]
    public void What_lies_behind_the_last_partition_and_the_table_is_told()
    {
        Assert.Equal(0, TestDisks.Read(TestDisks.Mbr()).TrailingBytes);
        Assert.Equal(5 * MiB, TestDisks.Read([.. TestDisks.Mbr(), .. new byte[5 * MiB]]).TrailingBytes);
        Assert.Equal(0, TestDisks.Read(TestDisks.Gpt()).TrailingBytes);
        Assert.Equal(5 * MiB, TestDisks.Read([.. TestDisks.Gpt(), .. new byte[5 * MiB]]).TrailingBytes);
        Assert.Equal(0, TestDisks.Read(new byte[MiB]).TrailingBytes);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var disk = new MemoryStore(TestDisks.Gpt());
        PartitionTable table = PartitionTable.Read(disk);
        Assert.Throws<NotEnoughSpaceException>(() => table.Edits(disk, table.With(), 2 * MiB - MiB / 2));
        Assert.Throws<ArgumentException>(() => table.With((3, MiB)));
        Assert.Throws<ArgumentException>(() => table.With((2, 512)));
        Assert.Throws<ArgumentException>(() => table.With((1, 513)));
    }

    private static long MinimumOf(PartitionTable table) => table.MinimumImageLength(table.With());

    private static byte[] Apply(byte[] disk, Dictionary<int, long> lengths, int imageLength)
    {
        var source = new MemoryStore([.. disk]);
        var bytes = new byte[imageLength];
        disk.AsSpan(0, Math.Min(disk.Length, imageLength)).CopyTo(bytes);
        var target = new MemoryStore(bytes);
        PartitionTable table = PartitionTable.Read(source);
        foreach (TableEdit edit in table.Edits(source, table.Arrange(lengths, gap => gap.Start), imageLength))
            edit.ApplyTo(target);
        return bytes;
    }
}
