using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Tests;

public class FileSystemProbeTests
{
    [Theory]
    [InlineData("luks", 0, "LUKS\xBA\xBE")]
    [InlineData("lvm", 0x218, "LVM2 001")]
    [InlineData("raid", 4096, "\xFC\x4E\x2B\xA9")]
    [InlineData("bitlocker", 3, "-FVE-FS-")]
    [InlineData("iso9660", 0x8001, "CD001")]
    [InlineData("reiserfs", 0x10034, "ReIsEr2Fs")]
    public void What_is_known_by_name_only_counts_as_data(string name, int at, string mark)
    {
        IVolume volume = Open(With((at, mark)));
        Assert.Equal((name, null, null, 1L << 17, 0L), (volume.FileSystem, volume.Label, volume.Uuid, volume.Bytes, volume.FreeBytes));
        Assert.Equal([new ByteRange(0, 1 << 17)], volume.DataRanges().Ranges());
        Assert.Equal([$"{name} is not looked into, so all of it is kept."], volume.Warnings);
    }

    [Fact]
    public void What_nobody_knows_counts_as_data()
    {
        IVolume volume = Open(With());
        Assert.Equal(("unknown", 1L << 17), (volume.FileSystem, volume.DataRanges().TotalBytes));
        Assert.Equal(["What is in it is not understood, so all of it is kept."], volume.Warnings);
    }

    [Fact]
    public void Marks_of_two_formats_are_believed_by_neither()
    {
        IVolume volume = Open(With((0, "hsqs"), (4086, "SWAPSPACE2")));
        Assert.Equal(1L << 17, volume.DataRanges().TotalBytes);
        Assert.Equal(["It has the marks of swap and squashfs, so all of it is kept."], volume.Warnings);
    }

    [Fact]
    public void A_partition_that_ends_inside_a_mark_is_no_such_volume() =>
        Assert.Equal("unknown", FileSystemProbe.Open(new MemoryStore([.. "LUKS"u8])).FileSystem);

    private static IVolume Open(byte[] bytes) => FileSystemProbe.Open(new MemoryStore(bytes));

    private static byte[] With(params (int At, string Mark)[] marks)
    {
        var bytes = new byte[1 << 17];
        foreach ((int at, string mark) in marks)
            Encoding.Latin1.GetBytes(mark).CopyTo(bytes, at);
        return bytes;
    }
}
