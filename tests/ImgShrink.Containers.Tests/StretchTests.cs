using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

public class StretchTests
{
    [Theory]
    [InlineData(0, "", "")]
    [InlineData(100, "", "0-100z")]
    [InlineData(100, "0-512", "0-100")]
    [InlineData(10000, "0-512", "0-512 512-10000z")]
    [InlineData(10000, "8192-9216", "0-8192z 8192-10000")]
    [InlineData(10000, "512-1024", "0-1024 1024-10000z")]
    [InlineData(10000, "0-1024 3072-4096", "0-4096 4096-10000z")]
    [InlineData(10000, "0-1024 5120-10240", "0-1024 1024-5120z 5120-10000")]
    [InlineData(10000, "0-512 10240-20480", "0-512 512-10000z")]
    public void Short_gaps_belong_to_the_data_around_them(long length, string data, string expected)
    {
        var set = new RangeSet();
        foreach (string range in data.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            long[] ends = [.. range.Split('-').Select(long.Parse)];
            set.Add(ByteRange.Between(ends[0], ends[1]));
        }

        IEnumerable<Stretch> stretches = Stretch.Of(new TargetView(new ZeroSource(length), set), smallestGap: 4096);
        Assert.Equal(expected, string.Join(' ', stretches.Select(s => $"{s.Start}-{s.End}{(s.IsZeros ? "z" : "")}")));
    }
}
