using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

/// <summary>MBRs that list partitions beside the GPT's protective entry.</summary>
public class HybridTests
{
    private const int Sectors = TestDisks.Sectors;

    [Fact]
    public void A_hybrid_MBR_is_said_and_the_GPT_counts()
    {
        PartitionTable table = TestDisks.Read(Disk());
        Assert.Equal([1, 3], table.Partitions.Select(each => each.Number));
        Assert.Contains(
            "The disk has a hybrid MBR, which lists partitions beside the GPT: entry 2 is partition 3, entry 3 is partition 1. "
                + "It is kept in step.", table.Oddities);
    }

    [Fact]
    public void Its_entries_follow_the_sizes_and_places()
    {
        byte[] target = Apply(Disk(), (3, 16 * 512), (1, 100 * 512));
        PartitionTable table = TestDisks.Read(target);
        Partition root = table.Partitions[0];
        Assert.Equal(512, root.Start / 512); // a multiple of 512 sectors, as before
        Assert.Equal([(1, 63), (64, 16), (512, 100), (0, 0)], Entries(target));
        Assert.Contains(table.Oddities, each => each.Contains("entry 2 is partition 3, entry 3 is partition 1"));
    }

    [Fact]
    public void A_protective_entry_over_the_rest_of_the_disk_ends_with_the_image()
    {
        byte[] disk = Disk();
        TestDisks.PutEntry(disk, 3, 0, 0xEE, 4001, Sectors - 4001);
        byte[] target = Apply(disk, (1, 100 * 512));
        (int start, int size) = Entries(target)[3];
        Assert.Equal((1536 + 100, target.Length / 512), (start, start + size));
    }

    [Fact]
    public void One_that_is_no_partition_of_the_GPT_is_said_and_stays_while_nothing_under_it_changes()
    {
        byte[] disk = Disk();
        TestDisks.PutEntry(disk, 1, 0, 0x0C, 70, 20);
        Assert.Contains("Entry 2 of the hybrid MBR is none of the GPT's partitions.", TestDisks.Read(disk).Oddities);
        Assert.Equal((70, 20), Entries(Apply(disk, (1, 100 * 512)))[1]);
        var error = Assert.Throws<UnsupportedImageException>(() => Apply(disk, (3, 50 * 512)));
        Assert.StartsWith("Entry 2 of the hybrid MBR has sectors 70 to 89", error.Message);
    }

    /// <summary>The GPT disk with partition 3 in entry 2, partition 1 in entry 3, and a protective entry before both.</summary>
    private static byte[] Disk()
    {
        byte[] disk = TestDisks.Gpt();
        TestDisks.PutGptEntry(disk, 1, 1536, 4000, "root");
        TestDisks.SealBoth(disk);
        TestDisks.PutEntry(disk, 0, 0x00, 0xEE, 1, 63);
        TestDisks.PutEntry(disk, 1, 0x80, 0x0C, 64, 64);
        TestDisks.PutEntry(disk, 2, 0x00, 0x83, 1536, 2465);
        return disk;
    }

    private static (int Start, int Size)[] Entries(byte[] disk) => [.. Enumerable.Range(0, 4).Select(
        slot => ((int)Le.U32(disk, 0x1BE + 16 * slot + 8), (int)Le.U32(disk, 0x1BE + 16 * slot + 12)))];

    private static byte[] Apply(byte[] disk, params (int Number, long Length)[] lengths)
    {
        var source = new MemoryStore([.. disk]);
        PartitionTable table = PartitionTable.Read(source);
        Arrangement target = table.Arrange(lengths.ToDictionary(each => each.Number, each => each.Length), gap => gap.End);
        var store = new MemoryStore(new byte[table.MinimumImageLength(target)]);
        store.Write(0, disk.AsSpan(0, 512));
        foreach (TableEdit edit in table.Edits(source, target, store.Length))
            edit.ApplyTo(store);
        return store.ReadBytes(0, (int)store.Length);
    }
}
