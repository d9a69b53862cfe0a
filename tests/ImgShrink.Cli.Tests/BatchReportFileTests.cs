using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Tests;

/// <summary>The report of a batch, with names that are hostile to its form.</summary>
public class BatchReportFileTests
{
    private static readonly BatchReport s_report = new("/cards & more",
    [
        new BatchedImage("/a \"<b>\", c.img", 4_000_000_000, BatchState.Done)
        {
            Output = "/small.img.zst", OutputBytes = 236_000_000, ImageBytes = 986_000_000, Sha256 = "ab", Original = null,
        },
        new BatchedImage("/bad.img", 5, BatchState.Failed) { Error = "Not\na card.", ExitCode = 3, Original = "/bad.img" },
    ]);

    [Fact]
    public void A_table_quotes_what_would_break_its_fields() => Assert.Equal(
        "source,sourceBytes,state,output,outputBytes,imageBytes,sha256,original,error\r\n"
        + "\"/a \"\"<b>\"\", c.img\",4000000000,done,/small.img.zst,236000000,986000000,ab,,\r\n"
        + "/bad.img,5,failed,,,,,/bad.img,\"Not\na card.\"\r\n", BatchReportFile.Table(s_report));

    [Fact]
    public void A_page_shows_names_as_text()
    {
        string page = BatchReportFile.Page(s_report);
        Assert.Contains("/a &quot;&lt;b&gt;&quot;, c.img", page);
        Assert.DoesNotContain("<b>", page);
        Assert.Contains("/cards &amp; more", page);
        Assert.Contains("4.00 GB", page);
        Assert.Contains("the original was deleted", page);
        Assert.Contains("<tr class=failed>", page);
    }
}
