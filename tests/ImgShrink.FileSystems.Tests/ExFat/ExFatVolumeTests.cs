using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.Tests.ExFat;

public class ExFatVolumeTests
{
    private const int FatOffset = 0x50;
    private const int HeapOffset = 0x58;
    private const int Cluster = 4096;

    [Fact]
    public void Head_and_clusters_in_use_are_data()
    {
        var image = new MapImage("exfat");
        IVolume volume = image.Open();
        Assert.Equal(("exfat", "Karte", 4L << 20), (volume.FileSystem, volume.Label, volume.Bytes));
        Assert.Matches("^[0-9A-F]{4}-[0-9A-F]{4}$", volume.Uuid);
        Assert.Empty(volume.Warnings);
        byte[] bitmap = image.Store.ReadBytes(Heap(image), (int)((image.Store.Length - Heap(image)) / Cluster / 8));
        int used = bitmap.Sum(bits => byte.PopCount(bits));
        Assert.InRange(used, 40, 300);
        Assert.Equal(Heap(image) + used * Cluster, volume.DataRanges().TotalBytes);
        Assert.Equal(volume.Bytes, volume.FreeBytes + volume.DataRanges().TotalBytes);
    }

    [Fact]
    public void One_that_was_not_unmounted_is_kept() => new MapImage("exfat").Flip(0x6A, 2)
        .AssertKept("was not unmounted cleanly, so all of it is kept.");

    [Theory]
    [InlineData(0x0B, 1u, "MustBeZero is something else, expected as specified")]
    [InlineData(0x48, 8193u, "VolumeLength is 8193, expected at most 8192, which the partition has")]
    [InlineData(FatOffset, 23u, "FatOffset is 23, expected 24 or more, and the FAT before ClusterHeapOffset")]
    [InlineData(FatOffset, 0xFFFFFFFF, "FatOffset is 4294967295, expected 24 or more, and the FAT before ClusterHeapOffset")]
    [InlineData(0x54, 1u, "FatLength is 1, expected enough for all clusters")]
    [InlineData(0x5C, 0xFFFFFFF0, "ClusterCount is 4294967280, expected 1 or more, inside of VolumeLength")]
    [InlineData(0x60, 1u, "FirstClusterOfRootDirectory is 1, expected 2 to 513")]
    [InlineData(0x6C, 0x011A0Du, "BytesPerSectorShift and SectorsPerClusterShift is 13 and 26, expected 9 to 12, and 25 together at most")]
    [InlineData(0x6C, 0x031009u, "NumberOfFats is 3, expected 1 or 2")]
    public void A_boot_sector_that_cannot_be_true_is_named(int at, uint value, string finding) =>
        WithBoot(sector => Le.Put32(sector, at, value)).AssertDamaged($"exFAT boot sector: {finding}");

    [Fact]
    public void A_checksum_that_is_wrong_is_named()
    {
        MapImage image = new MapImage("exfat").Flip(0x64, 1);
        Assert.Contains("exFAT boot sector: the checksum is 0x", Assert.Single(image.Open().Warnings));
        Assert.Equal(4 << 20, image.Open().DataRanges().TotalBytes);
    }

    [Fact]
    public void A_file_in_a_free_cluster_makes_everything_data()
    {
        var image = new MapImage("exfat");
        image.Flip(Heap(image), 0x80).AssertDamaged(
            "exFAT volume: the allocation bitmap is without 4096 bytes that hold files, expected with all of them");
    }

    [Fact]
    public void A_chain_that_never_ends_is_found()
    {
        var image = new MapImage("exfat");
        byte[] boot = image.Store.ReadBytes(0, 512);
        uint root = Le.U32(boot, 0x60);
        byte[] link = BitConverter.GetBytes(root);
        image.Put(Le.U32(boot, FatOffset) * 512L + root * 4, link).AssertDamaged(
            $"exFAT chain of cluster {root}: a link is 0x{root:X8}, expected a cluster of the volume, each once");
        Assert.NotNull(image.Open().Label);
    }

    [Fact]
    public void Two_files_in_one_cluster_make_everything_data()
    {
        var image = new MapImage("exfat");
        (long first, long second) = (SetAt(image, 0), SetAt(image, 1));
        byte[] cluster = image.Store.ReadBytes(first + ExFatEntry.Size + 20, 4);
        image.Put(second + ExFatEntry.Size + 20, cluster);
        SealSet(image, second).AssertDamaged(
            "exFAT volume: some space is in two files, expected in one at most");
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(5UL << 20)]
    public void A_length_that_the_volume_does_not_have_makes_everything_data(ulong length)
    {
        var image = new MapImage("exfat");
        long stream = SetAt(image, 0) + ExFatEntry.Size;
        uint cluster = Le.U32(image.Store.ReadBytes(stream, ExFatEntry.Size), 20);
        image.Put(stream + 24, BitConverter.GetBytes(length)); // DataLength
        SealSet(image, SetAt(image, 0)).AssertDamaged(
            $"exFAT chain of cluster {cluster}: its length is {length} bytes, expected less than the volume has");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(ExFatEntry.Size, 0x80)]
    [InlineData(ExFatEntry.Size, 0x40)]
    [InlineData(2 * ExFatEntry.Size + 2, 1)]
    public void An_entry_set_that_is_not_whole_makes_everything_data(int at, byte bits)
    {
        var image = new MapImage("exfat");
        uint root = Le.U32(image.Store.ReadBytes(0, 512), 0x60);
        image.Flip(SetAt(image, 0) + at, bits).AssertDamaged($"exFAT volume: the directory in cluster {root} is with an entry that "
            + "does not belong to its set, expected whole sets with their SetChecksum");
    }

    /// <summary>Renews the checksum of a set of entries.</summary>
    private static MapImage SealSet(MapImage image, long at)
    {
        int length = (1 + image.Store.ReadBytes(at + 1, 1)[0]) * ExFatEntry.Size;
        return image.Put(at + 2, BitConverter.GetBytes(ExFatEntrySet.ChecksumOf(image.Store.ReadBytes(at, length))));
    }

    /// <summary>Where the entries of the n-th file or directory in the root directory are.</summary>
    private static long SetAt(MapImage image, int number)
    {
        long root = Heap(image) + (Le.U32(image.Store.ReadBytes(0, 512), 0x60) - 2) * (long)Cluster;
        return Enumerable.Range(0, Cluster / ExFatEntry.Size).Select(slot => root + slot * ExFatEntry.Size)
            .Where(at => image.Store.ReadBytes(at, 1)[0] == ExFatEntry.File).ElementAt(number);
    }

    private static long Heap(MapImage image) => Le.U32(image.Store.ReadBytes(0, 512), HeapOffset) * 512L;

    private static MapImage WithBoot(Action<byte[]> change)
    {
        var image = new MapImage("exfat");
        image.Edit(0, 512, change);
        return image.Put(11 * 512, BitConverter.GetBytes(ExFatBootSector.ChecksumOf(image.Store.ReadBytes(0, 11 * 512))));
    }
}
