using ImgShrink.Blocks;
using ImgShrink.Testing;

namespace ImgShrink.Partitions.Tests;

public class NoTableTests
{
    [Theory]
    [InlineData(0, "image: its length is 0 bytes, expected a disk or a volume")]
    [InlineData(511, "image: its length is 511 bytes, expected 512 bytes, one sector, or more")]
    public void Less_than_a_sector_is_no_image(int length, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<CorruptImageException>(() => TestDisks.Read(new byte[length])).Message);

    [Fact]
    public void What_has_no_signature_is_one_piece()
    {
        PartitionTable table = TestDisks.Read(Noise.Bytes(seed: 1, 12345));
        Assert.Equal((TableKind.None, null, 0L), (table.Kind, table.DiskId, table.Partitions[0].Start));
        Assert.Equal([new Partition(0, 0, 12345, "", null, null, false)], table.Partitions);
        Assert.Empty(table.Warnings);
    }

    [Theory]
    [InlineData("MSDOS5.0")]
    [InlineData("NTFS    ")]
    [InlineData("EXFAT   ")]
    public void A_volumes_boot_sector_is_no_table(string oemName)
    {
        byte[] disk = VolumeBootSector(oemName);
        Assert.Equal(TableKind.None, TestDisks.Read(disk).Kind);
    }

    [Fact]
    public void Boot_code_where_the_entries_would_be_is_no_table()
    {
        byte[] disk = VolumeBootSector("MSDOS5.0");
        Noise.Bytes(seed: 2, 64).CopyTo(disk, 0x1BE);
        Assert.Equal(TableKind.None, TestDisks.Read(disk).Kind);
    }

    [Fact]
    public void A_volumes_boot_sector_with_a_partition_that_is_the_volume_itself_is_no_table()
    {
        byte[] disk = VolumeBootSector("mkfs.fat");
        TestDisks.PutEntry(disk, 0, 0x80, 0x0C, 0, TestDisks.Sectors);
        Assert.Equal(TableKind.None, TestDisks.Read(disk).Kind);
    }

    [Fact]
    public void A_table_over_an_old_boot_sector_is_a_table()
    {
        byte[] disk = VolumeBootSector("MSDOS5.0");
        TestDisks.Mbr().AsSpan(0x1B8, 72).CopyTo(disk.AsSpan(0x1B8));
        Assert.Equal(TableKind.Mbr, TestDisks.Read(disk).Kind);
    }

    [Fact]
    public void An_illegal_status_is_said()
    {
        byte[] disk = TestDisks.Mbr();
        disk[0x1BE + 16] = 0x12;
        PartitionTable table = TestDisks.Read(disk);
        Assert.Equal(TableKind.None, table.Kind);
        Assert.Equal("Sector 0 ends in 55 AA, but the status of entry 2 is 0x12: no partition table.", Assert.Single(table.Warnings));
    }

    [Fact]
    public void An_old_backup_GPT_at_the_end_of_a_bare_volume_does_not_count()
    {
        byte[] disk = TestDisks.Gpt();
        disk.AsSpan(0, 40 * 512).Clear();
        Assert.Equal(TableKind.None, TestDisks.Read(disk).Kind);
    }

    [Fact]
    public void A_bare_volume_keeps_its_length_in_whole_sectors_and_needs_no_edits()
    {
        var disk = new MemoryStore(Noise.Bytes(seed: 3, 1 << 20));
        PartitionTable table = PartitionTable.Read(disk);
        Arrangement shorter = table.With((0, 5000));
        Assert.Equal(5120, table.MinimumImageLength(shorter));
        Assert.Empty(table.Edits(disk, shorter, 5120));
    }

    private static byte[] VolumeBootSector(string oemName)
    {
        var disk = new byte[TestDisks.Sectors * 512];
        new byte[] { 0xEB, 0x58, 0x90 }.CopyTo(disk, 0);
        System.Text.Encoding.ASCII.GetBytes(oemName, disk.AsSpan(3));
        Le.Put16(disk, 0x0B, 512);
        disk[0x0D] = 4;
        Le.Put16(disk, 0x0E, 1);
        disk[0x10] = 2;
        disk[0x15] = 0xF8;
        TestDisks.Sign(disk);
        return disk;
    }
}
