using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

/// <summary>Disks whose primary array of entries is not in sector 2, as a boot loader lies there.</summary>
public class PrimaryPlaceTests
{
    private const int Array = 512, FirstUsable = Array + 32;
    private static readonly byte[] s_bootLoader = [.. Enumerable.Repeat((byte)0xB0, 32 * 512)];

    [Fact]
    public void The_entries_stay_where_they_are()
    {
        byte[] target = Apply(Disk());
        Assert.Equal(Disk(), target);
        Assert.Equal("root", TestDisks.Read(Disk()).Partitions[0].Name);
    }

    [Theory]
    [InlineData(0x10, "header: a damaged CRC")]
    [InlineData(0x48, "header: a damaged address of the entries")]
    [InlineData(0x00, "header: no signature")]
    public void A_damaged_header_does_not_move_them_over_the_boot_loader(int at, string what)
    {
        byte[] disk = Disk();
        disk[512 + at] ^= 0x40;
        Assert.True(Disk().SequenceEqual(Apply(disk)), what);
    }

    [Fact]
    public void Damaged_entries_are_made_good_where_a_good_header_says()
    {
        byte[] disk = Disk();
        disk[Array * 512 + 40] ^= 1;
        Assert.Equal(Disk(), Apply(disk));
    }

    [Fact]
    public void Where_header_and_entries_are_gone_an_empty_place_is_taken()
    {
        byte[] disk = Disk();
        disk.AsSpan(512, 512).Clear();
        disk.AsSpan(Array * 512, 32 * 512).Clear();
        Assert.Equal(Disk(), Apply(disk));
    }

    /// <summary>The GPT disk with its entries in sector 512 and a boot loader in 2.</summary>
    private static byte[] Disk()
    {
        byte[] disk = TestDisks.Gpt();
        TestDisks.PutGptEntry(disk, 3, 600, 700, "");
        disk.AsSpan(1024, 32 * 512).CopyTo(disk.AsSpan(Array * 512));
        disk.AsSpan(1024, 32 * 512).CopyTo(disk.AsSpan((TestDisks.Sectors - 33) * 512));
        s_bootLoader.CopyTo(disk, 1024);
        Le.Put64(disk, 512 + 0x48, Array);
        foreach (int sector in new[] { 1, TestDisks.Sectors - 1 })
        {
            Le.Put64(disk, sector * 512 + 0x28, FirstUsable);
            TestDisks.Seal(disk, sector);
        }

        return disk;
    }

    private static byte[] Apply(byte[] disk)
    {
        var source = new MemoryStore([.. disk]);
        var target = new MemoryStore([.. disk]);
        PartitionTable table = PartitionTable.Read(source);
        foreach (TableEdit edit in table.Edits(source, table.With(), disk.Length))
            edit.ApplyTo(target);
        return target.ReadBytes(0, disk.Length);
    }
}
