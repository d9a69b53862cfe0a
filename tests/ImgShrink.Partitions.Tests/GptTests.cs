using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Tests;

public class GptTests
{
    private const int BackupAt = (TestDisks.Sectors - 1) * 512;

    [Fact]
    public void Crc_is_the_one_of_zlib() => Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));

    [Fact]
    public void Partitions_are_read_by_number_whatever_their_order_on_the_disk()
    {
        PartitionTable table = TestDisks.Read(TestDisks.Gpt());

        Assert.Equal((TableKind.Gpt, "abcdef01-1111-2222-3333-444455556666"), (table.Kind, table.DiskId));
        const string Linux = "0fc63daf-8483-4772-8e79-3d69d8477de4";
        Assert.Equal(
            [
                new Partition(1, 2048 * 512, 1953 * 512, Linux, "root", "00000001-1111-2222-3333-444455556666", false),
                new Partition(3, 64 * 512, 64 * 512, Linux, null, "00000003-1111-2222-3333-444455556666", false),
            ],
            table.Partitions);
        Assert.Equal([new ByteRange(0, 64 * 512), ByteRange.Between(128 * 512, 2048 * 512)], table.With().Gaps.Select(gap => gap.Source));
        Assert.Equal(4001 * 512, table.With().End);
        Assert.Empty(table.Warnings);
    }

    [Theory]
    [InlineData(512, "Signature at byte 512 is something else")]
    [InlineData(512 + 16, "HeaderCRC32")]
    [InlineData(512 + 60, "HeaderCRC32")]
    [InlineData(1024 + 56, "PartitionEntryArrayCRC32")]
    public void A_damaged_primary_is_replaced_by_the_backup(int at, string reason)
    {
        byte[] disk = TestDisks.Gpt();
        disk[at] ^= 0x40;
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal("root", table.Partitions[0].Name);
        Assert.StartsWith("The backup GPT is used, because the primary one is damaged.", Assert.Single(table.Warnings));
        Assert.Contains(reason, table.Warnings[0]);
    }

    [Fact]
    public void A_damaged_backup_is_only_a_warning()
    {
        byte[] disk = TestDisks.Gpt();
        disk[BackupAt + 56] ^= 1;
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal(2, table.Partitions.Count);
        Assert.StartsWith("The backup GPT is missing or damaged. backup GPT header: HeaderCRC32", Assert.Single(table.Warnings));
    }

    [Fact]
    public void Both_damaged_is_an_error_that_names_both()
    {
        byte[] disk = TestDisks.Gpt();
        disk[512 + 56] ^= 1;
        disk[BackupAt] ^= 1;
        var error = Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk));
        Assert.Equal(["HeaderCRC32", $"Signature at byte {BackupAt}"], error.Findings.Select(finding => finding.Place));
    }

    [Fact]
    public void A_stranded_backup_is_tolerated_and_found_through_the_primary()
    {
        byte[] disk = [.. TestDisks.Gpt(), .. new byte[1 << 20]];
        Assert.Equal("The backup GPT is at sector 4095, not at the end of the disk, sector 6143.",
            Assert.Single(TestDisks.Read(disk).Warnings));

        disk[512 + 80] ^= 1;
        Assert.Equal(2, TestDisks.Read(disk).Partitions.Count);
    }

    [Fact]
    public void Without_a_primary_the_protective_partition_tells_where_a_stranded_backup_is()
    {
        byte[] disk = [.. TestDisks.Gpt(), .. new byte[1 << 20]];
        disk.AsSpan(512, 33 * 512).Clear();
        Assert.Equal(2, TestDisks.Read(disk).Partitions.Count);
        Le.Put32(disk, 0x1BE + 12, 77);
        Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk));
    }

    [Theory]
    [InlineData(12, 91u, "HeaderSize", "91", "92 to 512")]
    [InlineData(12, 513u, "HeaderSize", "513", "92 to 512")]
    [InlineData(24, 2u, "MyLBA", "2", "1")]
    [InlineData(72, 4000u, "PartitionEntryArrayCRC32", null, null)]
    [InlineData(72, 5000u, "PartitionEntryLBA", "5000", "a sector inside the disk")]
    [InlineData(72, 1u, "PartitionEntryLBA", "1", "a sector inside the disk")]
    [InlineData(80, 0u, "NumberOfPartitionEntries", "0", "1 to 8192")]
    [InlineData(80, 8193u, "NumberOfPartitionEntries", "8193", "1 to 8192")]
    [InlineData(84, 64u, "SizeOfPartitionEntry", "64", "128, 256, 512 and so on")]
    [InlineData(84, 136u, "SizeOfPartitionEntry", "136", "128, 256, 512 and so on")]
    public void A_header_field_that_cannot_be_true_is_named(int field, uint value, string place, string? found, string? expected)
    {
        byte[] disk = TestDisks.Gpt();
        disk.AsSpan(BackupAt, 512).Clear();
        Le.Put32(disk, 512 + field, value);
        Le.Put32(disk, 512 + 16, 0);
        Le.Put32(disk, 512 + 16, Crc32.Of(disk.AsSpan(512, 92)));
        Finding finding = Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk)).Findings[0];
        Assert.Equal(("primary GPT header", place), (finding.Structure, finding.Place));
        if (found is not null)
            Assert.Equal((found, expected), (finding.Found, finding.Expected));
    }

    [Theory]
    [InlineData(2UL, 127UL, "StartingLBA", "2", "34 or more, behind the table")]
    [InlineData(64UL, 63UL, "EndingLBA", "63", "64 (StartingLBA) or more")]
    [InlineData(64UL, ulong.MaxValue, "EndingLBA", "18446744073709551615", "4062 (LastUsableLBA) or less")]
    public void An_entry_that_cannot_be_true_is_named(ulong first, ulong last, string place, string found, string expected)
    {
        byte[] disk = TestDisks.Gpt();
        TestDisks.PutGptEntry(disk, 3, first, last, "");
        TestDisks.SealBoth(disk);
        Assert.Equal(
            new Finding("GPT entry 3", place, found, expected),
            Assert.Single(Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk)).Findings));
    }

    [Fact]
    public void A_partition_may_not_lie_over_the_table()
    {
        byte[] disk = TestDisks.Gpt();
        TestDisks.PutGptEntry(disk, 3, 33, 127, "");
        foreach (int sector in new[] { 1, TestDisks.Sectors - 1 })
            Le.Put64(disk, sector * 512 + 40, 3);
        TestDisks.SealBoth(disk);
        Assert.Equal(
            new Finding("GPT entry 3", "StartingLBA", "33", "34 or more, behind the table"),
            Assert.Single(Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk)).Findings));
    }

    [Fact]
    public void Overlapping_partitions_are_named()
    {
        byte[] disk = TestDisks.Gpt();
        TestDisks.PutGptEntry(disk, 3, 64, 2048, "");
        TestDisks.SealBoth(disk);
        Assert.Equal("partition 1", Assert.Single(Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk)).Findings).Structure);
    }

    [Fact]
    public void An_image_that_was_cut_says_by_how_much()
    {
        byte[] disk = TestDisks.Gpt()[..(3901 * 512)];
        Assert.StartsWith("The image ends 100 sectors before partition 1 does",
            Assert.Throws<CorruptImageException>(() => TestDisks.Read(disk)).Message);
    }

    [Theory]
    [InlineData(0, 512)]
    [InlineData(0x1BE, 64)]
    public void A_good_primary_counts_without_a_protective_entry(int at, int length)
    {
        byte[] disk = TestDisks.Gpt();
        disk.AsSpan(at, length).Clear();
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal(TableKind.Gpt, table.Kind);
        Assert.StartsWith("The protective MBR is missing", Assert.Single(table.Warnings));
    }

    [Fact]
    public void What_is_left_of_a_GPT_behind_the_boot_sector_of_a_volume_does_not_count()
    {
        byte[] disk = TestDisks.Gpt();
        disk.AsSpan(0, 510).Clear();
        new byte[] { 0xEB, 0x52, 0x90, (byte)'N', (byte)'T', (byte)'F', (byte)'S', 0x20, 0x20, 0x20, 0x20 }.CopyTo(disk, 0);
        Assert.Equal(TableKind.None, TestDisks.Read(disk).Kind);
    }

    [Fact]
    public void Seeded_damage_gives_a_table_or_a_typed_error()
    {
        byte[] good = TestDisks.Gpt();
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] disk = [.. good];
            disk[512 + random.Next(96)] = (byte)random.Next(256);
            random.NextBytes(disk.AsSpan(1024 + random.Next(512), random.Next(64)));
            if (random.Next(2) == 0)
                disk[512 + 8 * random.Next(12)] = 0xFF;
            if (random.Next(4) != 0)
                SealIfPossible(disk);
            try
            {
                Assert.NotEmpty(TestDisks.Read(disk).Partitions);
            }
            catch (ImgShrinkException)
            {
            }
        }
    }

    private static void SealIfPossible(byte[] disk)
    {
        if (Le.U64(disk, 512 + 72) < TestDisks.Sectors - 32)
            TestDisks.Seal(disk, 1);
    }
}
