using ImgShrink.Blocks;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Partitions.Tests;

public class LogicalPartitionTests(ITestOutputHelper output)
{
    private const int Sectors = 8192;
    private const int First = 2048, Second = 5120;

    [Fact]
    public void Logical_partitions_are_numbered_from_five()
    {
        PartitionTable table = TestDisks.Read(Disk());
        Assert.Equal(
            [
                new Partition(1, 64 * 512, 1024 * 512, "0x0C", null, "4f1c2a77-01", true),
                new Partition(5, 2112 * 512, 3000 * 512, "0x83", null, "4f1c2a77-05", false),
                new Partition(6, 5184 * 512, 3000 * 512, "0x82", null, "4f1c2a77-06", false),
            ],
            table.Partitions);
    }

    [Fact]
    public void The_container_and_the_link_end_where_the_last_logical_one_does()
    {
        byte[] target = Apply(Disk(), (6, 1000 * 512));
        Assert.Equal((First, 5184 + 1000 - First), (Start(target, 0x1BE + 16), Size(target, 0x1BE + 16)));
        Assert.Equal((64, 1000), (Start(target, Second * 512 + 0x1BE), Size(target, Second * 512 + 0x1BE)));
        Assert.Equal((Second - First, 1064), (Start(target, First * 512 + 0x1BE + 16), Size(target, First * 512 + 0x1BE + 16)));
        Assert.Equal(1000 * 512, TestDisks.Read(target).Partitions[2].Length);
    }

    [Fact]
    public void What_lies_behind_moves_down_with_its_record_and_stays_aligned()
    {
        byte[] disk = Disk();
        byte[] target = Apply(disk, (5, 1001 * 512));
        PartitionTable table = TestDisks.Read(target);
        Partition moved = table.Partitions[2];
        Assert.Equal(3200 * 512, moved.Start); // behind sector 3113 and a record 64 sectors ahead, a multiple of 64 as before
        Assert.Equal(TestDisks.Read(disk).Partitions[2] with { Start = moved.Start }, moved);
        Assert.Equal((byte)0xAA, target[(3200 - 64) * 512 + 511]);
        Assert.Equal((3200 - 64 - First, 3064), (Start(target, First * 512 + 0x1BE + 16), Size(target, First * 512 + 0x1BE + 16)));
    }

    [Fact]
    public void The_extended_one_moves_when_a_primary_one_before_it_shrinks()
    {
        byte[] target = Apply(Disk(), (1, 100 * 512));
        PartitionTable table = TestDisks.Read(target);
        Assert.Equal([64, 256, 3328], table.Partitions.Select(each => each.Start / 512));
        Assert.Equal((192, 6136), (Start(target, 0x1BE + 16), Size(target, 0x1BE + 16)));
    }

    [Fact]
    public void Empty_records_count_for_nothing_and_trailing_ones_are_left_off()
    {
        byte[] disk = Disk();
        disk.AsSpan(First * 512 + 0x1BE, 16).Clear();
        PutEntry(disk, Second * 512 + 0x1BE + 16, 0x05, 8184 - First, 8);
        Sign(disk, 8184);
        Assert.Equal([1, 5], TestDisks.Read(disk).Partitions.Select(each => each.Number));

        byte[] target = Apply(disk, (5, 1000 * 512));
        Assert.Equal([1, 5], TestDisks.Read(target).Partitions.Select(each => each.Number));
        Assert.All(target[(Second * 512 + 0x1BE + 16)..(Second * 512 + 0x1BE + 32)], value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_empty_record_behind_all_partitions_is_left_out_wherever_the_chain_has_it()
    {
        const int Last = 8184;
        byte[] disk = Disk();
        PutEntry(disk, First * 512 + 0x1BE + 16, 0x05, Last - First, 8);
        PutEntry(disk, Last * 512 + 0x1BE + 16, 0x05, Second - First, 3064);
        Sign(disk, Last);
        Assert.Equal([1, 5, 6], TestDisks.Read(disk).Partitions.Select(each => each.Number));

        byte[] target = Apply(disk, (6, 1000 * 512));
        Assert.Equal([(5, 2112, 3000), (6, 5184, 1000)],
            TestDisks.Read(target).Partitions.Skip(1).Select(each => (each.Number, (int)each.Start / 512, (int)each.Length / 512)));
        Assert.Equal((Second - First, 1064), (Start(target, First * 512 + 0x1BE + 16), Size(target, First * 512 + 0x1BE + 16)));
    }

    [Fact]
    public void An_extended_partition_without_logical_ones_is_one_like_any_other()
    {
        byte[] disk = Disk();
        disk.AsSpan(First * 512 + 0x1BE, 32).Clear();
        Assert.Equal(["0x0C", "0x0F"], TestDisks.Read(disk).Partitions.Select(each => each.Type));
    }

    public static TheoryData<string, Action<byte[]>, string> Damage() => new()
    {
        { "loop", disk => PutEntry(disk, Second * 512 + 0x1BE + 16, 0x05, 0, 100), "the link that leads to it: its second" },
        { "extended itself", disk => disk[First * 512 + 0x1BE + 4] = 0x05, "OSType of its partition: 0x05" },
        { "no signature", disk => disk[Second * 512 + 511] = 0, "Signature at byte 510: something else" },
        { "outside of the container", disk => PutEntry(disk, First * 512 + 0x1BE + 16, 0x05, 7000, 100), "StartingLBA of its link: 7000" },
        { "outside of the image", disk => PutEntry(disk, 0x1BE + 16, 0x0F, 9000, 100), "its place: byte 4608000" },
        { "record inside of a partition", disk => PutEntry(disk, First * 512 + 0x1BE, 0x83, 64, 4000), "its place: inside of partition 5" },
        { "overlap", disk => PutEntry(disk, 0x1BE, 0x0C, 64, 3000), "its place: inside of partition 1" },
    };

    [Theory]
    [MemberData(nameof(Damage))]
    public void A_chain_that_cannot_be_is_damage(string name, Action<byte[]> damage, string message)
    {
        output.WriteLine(name);
        byte[] disk = Disk();
        damage(disk);
        var error = Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk));
        Assert.Equal(message, $"{error.Findings[0].Place}: {error.Findings[0].Found}");
    }

    [Fact]
    public void Two_extended_partitions_are_refused()
    {
        byte[] disk = Disk();
        PutEntry(disk, 0x1BE + 32, 0x05, 8188, 4);
        Assert.Contains("two extended partitions (2 and 3)",
            Assert.Throws<UnsupportedImageException>(() => TestDisks.Read(disk)).Message);
    }

    [Fact]
    public void Sfdisk_reads_what_was_moved()
    {
        if (Tool.SkipWithout(output.WriteLine, "sfdisk"))
            return;
        using var folder = new TempFolder();
        string path = folder.MakeFile("card.img", 256 << 20);
        Tool.Need("sh", "-c", $"printf 'label: dos\\nlabel-id: 0x12345678\\n2048,32M,c\\n,,5\\n,64M,83\\n,16M,83\\n,100M,83\\n,8M,82\\n' | sfdisk -q '{path}'");
        string before = Tool.Need("sfdisk", "-d", path);
        using (var disk = new RawImageFile(path))
        {
            PartitionTable table = PartitionTable.Read(disk);
            Arrangement target = table.Arrange(new Dictionary<int, long> { [5] = 10 << 20, [7] = 3 << 20 }, gap => gap.End - (1 << 20));
            IReadOnlyList<TableEdit> edits = table.Edits(disk, target, 128 << 20);
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            foreach (CarriedGap gap in target.Gaps)
            {
                file.Position = gap.Target;
                file.Write(disk.ReadBytes(gap.Source.Start, (int)gap.Source.Length));
            }

            file.SetLength(128 << 20);
            foreach (TableEdit edit in edits)
            {
                file.Position = edit.At;
                file.Write(edit.Bytes.Span);
            }
        }

        output.WriteLine(before);
        output.WriteLine(Tool.Need("sfdisk", "-d", path));
        Assert.Equal("", Tool.Need("sfdisk", "-q", "--verify", path));
        Assert.Contains("label-id: 0x12345678", Tool.Need("sfdisk", "-d", path));
        using var after = new RawImageFile(path);
        Assert.Equal([1, 5, 6, 7, 8], PartitionTable.Read(after).Partitions.Select(each => each.Number));
        Assert.Equal([32L << 20, 10 << 20, 16 << 20, 3 << 20, 8 << 20], PartitionTable.Read(after).Partitions.Select(each => each.Length));
    }

    /// <summary>4 MiB: a primary partition, and an extended one (2048 to 8191) with a logical one behind each record.</summary>
    private static byte[] Disk()
    {
        var disk = new byte[Sectors * 512];
        Le.Put32(disk, 0x1B8, 0x4F1C2A77);
        TestDisks.PutEntry(disk, 0, 0x80, 0x0C, 64, 1024);
        TestDisks.PutEntry(disk, 1, 0x00, 0x0F, First, Sectors - First);
        Sign(disk, 0);
        PutEntry(disk, First * 512 + 0x1BE, 0x83, 64, 3000);
        PutEntry(disk, First * 512 + 0x1BE + 16, 0x05, Second - First, 3064);
        Sign(disk, First);
        PutEntry(disk, Second * 512 + 0x1BE, 0x82, 64, 3000);
        Sign(disk, Second);
        return disk;
    }

    private static void PutEntry(byte[] disk, int at, byte type, int start, int size)
    {
        disk[at + 4] = type;
        Le.Put32(disk, at + 8, (uint)start);
        Le.Put32(disk, at + 12, (uint)size);
    }

    private static void Sign(byte[] disk, int sector) => Le.Put16(disk, sector * 512 + 0x1FE, 0xAA55);

    private static int Start(byte[] disk, int at) => (int)Le.U32(disk, at + 8);

    private static int Size(byte[] disk, int at) => (int)Le.U32(disk, at + 12);

    /// <summary>The target disk with its gaps and table; what is in partitions does not matter here.</summary>
    private static byte[] Apply(byte[] disk, params (int Number, long Length)[] lengths)
    {
        var source = new MemoryStore([.. disk]);
        PartitionTable table = PartitionTable.Read(source);
        Arrangement target = table.Arrange(
            lengths.ToDictionary(each => each.Number, each => each.Length), gap => FirstNonZero(disk, gap));
        var bytes = new byte[table.MinimumImageLength(target)];
        foreach (CarriedGap gap in target.Gaps)
            disk.AsSpan((int)gap.Source.Start, (int)gap.Source.Length).CopyTo(bytes.AsSpan((int)gap.Target));
        var store = new MemoryStore(bytes);
        foreach (TableEdit edit in table.Edits(source, target, bytes.Length))
            edit.ApplyTo(store);
        return bytes;
    }

    private static long FirstNonZero(byte[] disk, ByteRange gap)
    {
        int index = disk.AsSpan((int)gap.Start, (int)gap.Length).IndexOfAnyExcept((byte)0);
        return index < 0 ? gap.End : gap.Start + index;
    }
}
