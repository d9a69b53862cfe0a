using System.Globalization;

namespace ImgShrink.Cli.Tests;

public class SizeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("7.2GB", 7_200_000_000)]
    [InlineData("7.2 gb", 7_200_000_000)]
    [InlineData(" 7GiB ", 7L << 30)]
    [InlineData("7G", 7L << 30)]
    [InlineData("500M", 500L << 20)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("1.5KiB", 1536)]
    [InlineData("12B", 12)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, SizeText.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("-5M")]
    [InlineData("+5M")]
    [InlineData("GB")]
    [InlineData("7,2GB")]
    [InlineData("1,000")]
    [InlineData("1e9")]
    [InlineData("0x10")]
    [InlineData("5X")]
    [InlineData("5 5")]
    [InlineData("10%")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999TB")]
    [InlineData("9000000TiB")]
    public void What_is_no_size_is_refused(string text) => Assert.Null(SizeText.TryParse(text));

    [Theory]
    [InlineData("10%", 0.1)]
    [InlineData("0%", 0.0)]
    [InlineData("100 %", 1.0)]
    [InlineData("2.5%", 0.025)]
    public void Percentages_are_read(string text, double share) => Assert.Equal(share, SizeText.TryParseShare(text)!.Value, 9);

    [Theory]
    [InlineData("10")]
    [InlineData("%")]
    [InlineData("")]
    [InlineData("-1%")]
    [InlineData("120%")]
    [InlineData("10%%")]
    [InlineData("%10")]
    [InlineData("NaN%")]
    public void What_is_no_percentage_is_refused(string text) => Assert.Null(SizeText.TryParseShare(text));

    [Theory]
    [InlineData(4_000_000_000, "4.00 GB (3.73 GiB)")]
    [InlineData(985_661_440, "986 MB (940 MiB)")]
    [InlineData(512, "512 bytes (512 bytes)")]
    public void Cards_have_their_size_in_both_units(long bytes, string text) => Assert.Equal(text, SizeText.OfCard(bytes));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(1_306_000_000, "1.31 GB")]
    [InlineData(582_400_000, "582 MB")]
    [InlineData(99_940_000, "99.9 MB")]
    [InlineData(99_960_000, "100 MB")]
    [InlineData(999_600_000, "1.00 GB")]
    [InlineData(32_000_000_000_000_000, "32000 TB")]
    public void Sizes_are_written_the_same_in_every_culture(long bytes, string text)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal(text, SizeText.Of(bytes));
            Assert.Equal(1536, SizeText.TryParse("1.5K"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
