using ImgShrink.Blocks;
using ImgShrink.SampleCards.Disk;
using ImgShrink.Testing;

namespace ImgShrink.SampleCards.Tests;

public class SparseFileStoreTests
{
    [Fact]
    public void It_reads_what_was_written_and_zeros_elsewhere()
    {
        using var folder = new TempFolder();
        byte[] bytes = Noise.Bytes(1, 5000);
        using (var store = new SparseFileStore(folder["card"], 1L << 30))
        {
            store.Write(123_456_789, bytes);
            Assert.Equal(bytes, store.ReadBytes(123_456_789, bytes.Length));
            Assert.Equal(new byte[100], store.ReadBytes((1L << 30) - 100, 100));
            Assert.Throws<ArgumentOutOfRangeException>(() => store.Write((1L << 30) - 1, [1, 2]));
        }

        using var image = new RawImageFile(folder["card"]);
        Assert.Equal(1L << 30, image.Length);
        Assert.InRange(image.DataRanges().TotalBytes, bytes.Length, 1 << 20);
    }

    [Fact]
    public void A_window_does_not_reach_beyond_itself()
    {
        var disk = new MemoryStore(new byte[4096]);
        var window = new StoreWindow(disk, new ByteRange(1024, 512));
        window.Write(0, [7]);
        Assert.Equal(7, disk.ReadBytes(1024, 1)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Write(511, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.ReadBytes(-1, 1));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_access_error()
    {
        using var folder = new TempFolder();
        Assert.Throws<AccessException>(() => new SparseFileStore(Path.Combine(folder["missing"], "card"), 1 << 20));
    }
}
