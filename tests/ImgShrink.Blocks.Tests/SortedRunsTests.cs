namespace ImgShrink.Blocks.Tests;

public class SortedRunsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    [InlineData(29, 1)]
    [InlineData(30, 2)]
    [InlineData(50, 3)]
    public void First_run_that_ends_behind_an_address_holds_it_or_is_the_next(long at, int index)
    {
        ByteRange[] runs = [ByteRange.Between(4, 10), ByteRange.Between(20, 30), ByteRange.Between(30, 50)];
        Assert.Equal(index, runs.FirstEndingBehind(at, run => run.End));
        Assert.Equal(0, runs[..0].FirstEndingBehind(at, run => run.End));
    }
}
