using System.Text;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers.Tests;

public class Xxh64Tests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("xxhash", 0x32DD38952C4BC720)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void Published_values_come_out(string text, ulong expected) => Assert.Equal(expected, Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Pieces_of_any_size_give_the_same_value()
    {
        byte[] bytes = Noise.Bytes(1, 1000);
        for (int length = 0; length <= 200; length++)
        {
            for (int split = 0; split <= length; split += 7)
            {
                var hash = new Xxh64();
                hash.Append(bytes.AsSpan(0, split / 2));
                hash.Append(bytes.AsSpan(split / 2, split - split / 2));
                hash.Append(bytes.AsSpan(split, length - split));
                Assert.Equal(Hash(bytes[..length]), hash.Value());
            }
        }
    }

    [Fact]
    public void Zeros_count_like_bytes()
    {
        var hash = new Xxh64();
        hash.Append([1, 2, 3]);
        hash.AppendZeros(200_001, default);
        Assert.Equal(Hash([1, 2, 3, .. new byte[200_001]]), hash.Value());
    }

    private static ulong Hash(byte[] bytes)
    {
        var hash = new Xxh64();
        hash.Append(bytes);
        return hash.Value();
    }
}
