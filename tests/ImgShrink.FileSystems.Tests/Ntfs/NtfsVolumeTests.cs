using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ntfs;
using ImgShrink.FileSystems.Ntfs.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ntfs;

public class NtfsVolumeTests
{
    private const int Cluster = 4096;
    private const int Record = 1024;

    [Fact]
    public void Clusters_in_use_and_the_backup_boot_sector_are_data()
    {
        IVolume volume = new MapImage("ntfs").Open();
        Assert.Equal(("ntfs", "Karte", 4L << 20), (volume.FileSystem, volume.Label, volume.Bytes));
        Assert.Matches("^[0-9A-F]{16}$", volume.Uuid);
        Assert.Empty(volume.Warnings);
        RangeSet data = volume.DataRanges();
        Assert.True(data.Contains(0) && data.Contains((4 << 20) - 1));
        Assert.InRange(volume.FreeBytes, 2 << 20, 3 << 20);
        Assert.Equal(volume.Bytes, volume.FreeBytes + data.TotalBytes);
    }

    [Theory]
    [InlineData(0x0B, 3u, "bytes per sector is 3, expected 512 to 4096")]
    [InlineData(0x0D, 3u, "sectors per cluster is 0, expected a power of two, and 2 MiB at most")]
    [InlineData(0x0D, 0xF4u, "the size of an MFT record is 0, expected 512 to 65536", 0x40, 0x7F)]
    [InlineData(0x40, 0x80u, "the size of an MFT record is 0, expected 512 to 65536")]
    [InlineData(0x2C, 1u, "total sectors is 4294975487, expected at most 8192, which the partition has")]
    [InlineData(0x37, 0xFFu, "the cluster of $MFT is 18374686479671623684, expected 1 to 1022")]
    [InlineData(0x1FE, 0u, "its end is something else, expected 55 AA")]
    public void A_boot_sector_that_cannot_be_true_is_named(int at, uint value, string finding, int alsoAt = 0x0D, int also = -1)
    {
        MapImage image = new MapImage("ntfs").Put(at, (byte)value);
        if (also >= 0)
            image.Put(alsoAt, (byte)also);
        if (at == 0x0B)
            image.Put(0x0C, 0);
        image.AssertDamaged($"NTFS boot sector: {finding}");
    }

    [Fact]
    public void One_that_is_to_be_checked_is_kept()
    {
        var image = new MapImage("ntfs");
        byte[] record = image.Store.ReadBytes(RecordAt(image, MasterFileTable.Volume), Record);
        int at = Attributes(record).First(each => Le.U32(record, each) == NtfsAttribute.VolumeInformation);
        image.Flip(RecordAt(image, MasterFileTable.Volume) + at + 0x18 + 0x0A, 1)
            .AssertKept("is marked to be checked (chkdsk), so all of it is kept.");
    }

    [Fact]
    public void A_Windows_that_hibernates_is_kept_and_one_that_went_on_is_not()
    {
        var image = new MapImage("ntfs");
        var found = Enumerable.Range(24, 100).Select(number => (long)number).First(number =>
            Encoding.Unicode.GetString(image.Store.ReadBytes(RecordAt(image, number), Record)).Contains("hiberfil.sys"));
        long content = Open(image).ContentOf(found).Runs.Runs[0].Lcn!.Value * Cluster;
        Assert.Equal("wake"u8, image.Store.ReadBytes(content, 4));
        image.Put(content, [.. "hibr"u8]).AssertKept("belongs to a Windows that hibernates, so all of it is kept.");
    }

    [Theory]
    [InlineData(0xFFFF, 0, true)]
    [InlineData(0, 2, true)]
    [InlineData(0, 0, false)]
    public void The_restart_page_says_whether_the_log_is_clean(ushort clients, ushort flags, bool isClean)
    {
        MapImage image = WithLog(RestartPage(1, clients, flags), RestartPage(1, clients, flags));
        if (isClean)
            Assert.Empty(image.Open().Warnings);
        else
            image.AssertKept("was not unmounted cleanly, so all of it is kept.");
    }

    [Theory]
    [InlineData(2, 1, false)]
    [InlineData(1, 2, true)]
    public void The_newer_of_two_restart_pages_counts(ulong dirty, ulong clean, bool isClean)
    {
        IVolume volume = WithLog(RestartPage(dirty, 0, 0), RestartPage(clean, 0xFFFF, 0)).Open();
        Assert.Equal(isClean, volume.Warnings.Count == 0);
    }

    [Fact]
    public void A_restart_page_that_is_torn_says_nothing()
    {
        byte[] page = RestartPage(1, 0xFFFF, 2);
        page[1023] ^= 1;
        WithLog(page, RestartPage(1, 0xFFFF, 2)).AssertKept("was not unmounted cleanly, so all of it is kept.");
    }

    [Fact]
    public void A_file_in_a_free_cluster_makes_everything_data()
    {
        var image = new MapImage("ntfs");
        NtfsRun bitmap = Open(image).ContentOf(MasterFileTable.Bitmap).Runs.Runs[0];
        image.Put(bitmap.Lcn!.Value * Cluster, 0x7F).AssertDamaged(
            "NTFS volume: $Bitmap is without 4096 bytes that hold files, expected with all of them");
    }

    [Fact]
    public void A_record_that_is_torn_is_named()
    {
        var image = new MapImage("ntfs");
        image.Flip(RecordAt(image, MasterFileTable.Root) + 511, 1).AssertDamaged(
            "NTFS record 5: its update sequence is broken: it was not written as a whole, expected of one piece");
    }

    [Fact]
    public void A_table_that_cannot_be_read_leaves_no_label()
    {
        var image = new MapImage("ntfs");
        image.Flip(RecordAt(image, 0), 1).AssertDamaged(
            "NTFS record 0: its update sequence is broken: it was not written as a whole, expected of one piece");
        Assert.Null(image.Open().Label);
    }

    [Theory]
    [InlineData(Record)]
    [InlineData(65536)]
    public void A_record_behind_the_table_is_named(int recordBytes)
    {
        var image = new MapImage("ntfs");
        NtfsGeometry geometry = NtfsGeometry.From(new NtfsBootSector(image.Store.ReadBytes(0, 512)), image.Store.Length);
        image.Edit(RecordAt(image, 0), recordBytes, Lengthen);
        MasterFileTable table = MasterFileTable.Open(image.Store, geometry with { RecordBytes = recordBytes });
        var error = Assert.Throws<CorruptImageException>(() => table.TryRead((1L << 48) - 1));
        Assert.Equal("$MFT: its length is 27 clusters, expected room for record 281474976710655", error.Findings[0].ToString());
    }

    [Theory]
    [InlineData("11 05 07 11 02 FE 00", "0:7+5 5:5+2")]
    [InlineData("21 05 00 01 01 03 11 02 10 00", "0:256+5 5:-+3 8:272+2")]
    [InlineData("11 01 7F", "0:127+1")]
    [InlineData("", "")]
    public void Runs_are_unpacked(string packed, string expected)
    {
        var runs = new RunList(new NtfsGeometry(1 << 22, 512, Cluster, 1000, Record, 4), "x");
        runs.Add(Convert.FromHexString(packed.Replace(" ", "")));
        Assert.Equal(expected, string.Join(' ', runs.Runs.Select(run => $"{run.Vcn}:{run.Lcn?.ToString() ?? "-"}+{run.Count}")));
    }

    [Theory]
    [InlineData("11 05", "a run is packed with 0x11")]
    [InlineData("19 05 07 00 00 00 00 00 00 00 00", "a run is packed with 0x19")]
    [InlineData("11 00 07", "a run is 0 clusters long")]
    [InlineData("11 80 07", "a run is -128 clusters long")]
    [InlineData("11 01 FF", "a run is -1 clusters behind cluster 0")]
    [InlineData("22 E8 03 01 00", "a run is 1 clusters behind cluster 0")]
    [InlineData("88 FF FF FF FF FF FF FF 7F FF FF FF FF FF FF FF 7F", "a run is 9223372036854775807 clusters long")]
    [InlineData("81 01 00 00 00 00 00 00 00 80", "a run is -9223372036854775808 clusters behind cluster 0")]
    public void Runs_that_lead_outside_are_named(string packed, string finding)
    {
        var runs = new RunList(new NtfsGeometry(1 << 22, 512, Cluster, 1000, Record, 4), "x");
        var error = Assert.Throws<CorruptImageException>(() => runs.Add(Convert.FromHexString(packed.Replace(" ", ""))));
        Assert.StartsWith($"x: {finding}, expected", error.Message);
    }

    private static MasterFileTable Open(MapImage image) => MasterFileTable.Open(image.Store,
        NtfsGeometry.From(new NtfsBootSector(image.Store.ReadBytes(0, 512)), image.Store.Length));

    private static long RecordAt(MapImage image, long number) =>
        (long)Le.U64(image.Store.ReadBytes(0, 512), 0x30) * Cluster + number * Record;

    private static IEnumerable<int> Attributes(byte[] record)
    {
        for (int at = Le.U16(record, 0x14); Le.U32(record, at) != NtfsAttribute.End; at += (int)Le.U32(record, at + 4))
            yield return at;
    }

    /// <summary>Makes a record as long as the bytes are, with room for its longer update sequence.</summary>
    private static void Lengthen(byte[] bytes)
    {
        byte[] record = bytes[..Record];
        Assert.True(Fixups.TryUndo(record));
        int words = bytes.Length / 512 + 1, from = Le.U16(record, 0x14), used = (int)Le.U32(record, 0x18);
        int to = 0x30 + (2 * words + 7) / 8 * 8;
        bytes.AsSpan(0x30).Clear();
        record.AsSpan(from, used - from).CopyTo(bytes.AsSpan(to));
        Le.Put16(bytes, 0x04, 0x30);
        Le.Put16(bytes, 0x06, (ushort)words);
        Le.Put16(bytes, 0x14, (ushort)to);
        Le.Put32(bytes, 0x18, (uint)(used - from + to));
        Le.Put16(bytes, 0x30, 7);
        for (int i = 1; i < words; i++)
        {
            bytes.AsSpan(i * 512 - 2, 2).CopyTo(bytes.AsSpan(0x30 + 2 * i));
            Le.Put16(bytes, i * 512 - 2, 7);
        }
    }

    private static MapImage WithLog(byte[] first, byte[] second)
    {
        var image = new MapImage("ntfs");
        long log = Open(image).ContentOf(MasterFileTable.LogFile).Runs.Runs[0].Lcn!.Value * Cluster;
        return image.Put(log, first).Put(log + Cluster, second);
    }

    /// <summary>A restart page of 4096 bytes, its fixups in place.</summary>
    private static byte[] RestartPage(ulong lsn, ushort clients, ushort flags)
    {
        var page = new byte[Cluster];
        "RSTR"u8.CopyTo(page);
        Le.Put16(page, 0x04, 0x1E);
        Le.Put16(page, 0x06, 9);
        Le.Put32(page, 0x10, Cluster);
        Le.Put32(page, 0x14, Cluster);
        Le.Put16(page, 0x18, 0x30);
        Le.Put64(page, 0x30, lsn);
        Le.Put16(page, 0x3C, clients);
        Le.Put16(page, 0x3E, flags);
        Le.Put16(page, 0x1E, 7);
        for (int sector = 1; sector <= 8; sector++)
            Le.Put16(page, sector * 512 - 2, 7);
        return page;
    }
}
