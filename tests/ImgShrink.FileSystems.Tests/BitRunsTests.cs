namespace ImgShrink.FileSystems.Tests;

public class BitRunsTests
{
    [Theory]
    [InlineData(new byte[] { 0x00, 0x00 }, 16, "")]
    [InlineData(new byte[] { 0xFF, 0xFF }, 16, "0+16")]
    [InlineData(new byte[] { 0xFF, 0xFF }, 13, "0+13")]
    [InlineData(new byte[] { 0x81, 0x01, 0x80 }, 24, "0+1 7+2 23+1")]
    [InlineData(new byte[] { 0xF0, 0xFF, 0x0F }, 24, "4+16")]
    [InlineData(new byte[] { 0x08 }, 3, "")]
    public void Runs_of_ones_are_found(byte[] bits, int count, string expected) =>
        Assert.Equal(expected, string.Join(' ', BitRuns.Of(bits, count).Select(run => $"{run.First}+{run.Count}")));
}
