using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Tests.Swap;

public class SwapAreaTests
{
    [Theory]
    [InlineData(4096)]
    [InlineData(16384)]
    [InlineData(65536)]
    public void Only_the_first_page_counts(int pageBytes)
    {
        IVolume volume = Open(Header(pageBytes, pages: 20));
        Assert.Equal(("swap", "more room", "00010203-0405-0607-0809-0a0b0c0d0e0f"), (volume.FileSystem, volume.Label, volume.Uuid));
        Assert.Equal((20L * pageBytes, 19L * pageBytes), (volume.Bytes, volume.FreeBytes));
        Assert.Equal([new ByteRange(0, pageBytes)], volume.DataRanges().Ranges());
        Assert.Empty(volume.Warnings);
    }

    [Fact]
    public void An_old_mark_of_smaller_pages_does_not_cut_the_header()
    {
        byte[] bytes = Header(16384, pages: 20);
        "SWAPSPACE2"u8.CopyTo(bytes.AsSpan(4086));
        Assert.Equal([new ByteRange(0, 16384)], Open(bytes).DataRanges().Ranges());
    }

    [Theory]
    [InlineData("S1SUSPEND\0")]
    [InlineData("ULSUSPEND\0")]
    [InlineData("LINHIB0001")]
    [InlineData("\xED\xC3\x02\xE9\x98\x56\xE5\x0C\0\0")]
    public void A_system_that_hibernates_is_kept(string signature)
    {
        byte[] bytes = Header(4096, pages: 20);
        Encoding.Latin1.GetBytes(signature).CopyTo(bytes, 4086);
        IVolume volume = Open(bytes);
        Assert.Equal([new ByteRange(0, 20 * 4096)], volume.DataRanges().Ranges());
        Assert.Equal(["The swap volume holds a system that hibernates, so all of it is kept."], volume.Warnings);
    }

    [Theory]
    [InlineData(0x400, 0x01000000u, "version is 16777216, expected 1")]
    [InlineData(0x404, 21u, "last_page is 21, expected 1 to 20")]
    [InlineData(0x404, 0xFFFFFFFF, "last_page is 4294967295, expected 1 to 20")]
    [InlineData(0x404, 0u, "last_page is 0, expected 1 to 20")]
    [InlineData(0x408, 638u, "nr_badpages is 638, expected 637 at most")]
    public void A_header_that_cannot_be_true_is_named_and_all_is_kept(int at, uint value, string finding)
    {
        byte[] bytes = Header(4096, pages: 20);
        Array.Resize(ref bytes, 21 * 4096 + 512);
        Le.Put32(bytes, at, value);
        IVolume volume = Open(bytes);
        Assert.Equal([new ByteRange(0, bytes.Length)], volume.DataRanges().Ranges());
        Assert.Equal([$"The swap volume is damaged, so all of it is kept. swap header: {finding}."], volume.Warnings);
    }

    private static IVolume Open(byte[] bytes) => FileSystemProbe.Open(new MemoryStore(bytes));

    private static byte[] Header(int pageBytes, int pages)
    {
        var bytes = new byte[pageBytes * pages];
        Le.Put32(bytes, 0x400, 1);
        Le.Put32(bytes, 0x404, (uint)pages - 1);
        for (int i = 0; i < 16; i++)
            bytes[0x40C + i] = (byte)i;
        "more room"u8.CopyTo(bytes.AsSpan(0x41C));
        "SWAPSPACE2"u8.CopyTo(bytes.AsSpan(pageBytes - 10));
        return bytes;
    }
}
