namespace ImgShrink.Pipeline.Tests;

public class CardLabelTests
{
    [Theory]
    [InlineData("8GB", 8)]
    [InlineData("16 gb", 16)]
    [InlineData("1TB", 1000)]
    [InlineData("1.5 TB", 1500)]
    [InlineData("8GiB", null)]
    [InlineData("8G", null)]
    [InlineData("7.2GB", null)]
    [InlineData("9GB", null)]
    [InlineData("8000000000", null)]
    [InlineData("", null)]
    public void Only_what_is_printed_on_cards_is_a_label(string text, int? gigabytes) =>
        Assert.Equal(gigabytes, CardLabel.Find(text)?.Gigabytes);

    // The smallest cards that people have measured; docs/decisions/0008-what-fits-a-card.md.
    [Theory]
    [InlineData(4, 3_900_000_000)]
    [InlineData(8, 7_742_685_184)]
    [InlineData(16, 15_630_000_000)]
    [InlineData(32, 31_902_400_512)]
    [InlineData(128, 127_800_000_000)]
    public void An_image_for_a_label_fits_all_cards_that_were_measured(int label, long smallestSeen)
    {
        long bytes = new CardLabel(label).SmallestBytes;
        Assert.InRange(bytes, smallestSeen / 100 * 96, smallestSeen - (16 << 20));
        Assert.Equal(0, bytes % (1 << 20));
    }

    [Fact]
    public void The_smallest_label_is_told()
    {
        long eight = new CardLabel(8).SmallestBytes;
        Assert.Equal("8 GB", CardLabel.SmallestFor(eight)!.Name);
        Assert.Equal("16 GB", CardLabel.SmallestFor(eight + 1)!.Name);
        Assert.Equal("1 GB", CardLabel.SmallestFor(1)!.Name);
        Assert.Null(CardLabel.SmallestFor(1L << 50));
    }
}
