using ImgShrink.Blocks;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>The record of a batch: it lasts, and whatever else bears its name is refused.</summary>
public sealed class BatchRecordTests : IDisposable
{
    private const string Fine = """{"source":"a.img","print":"1","output":"a.img.zst","traits":"","outputBytes":1}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_added_is_known_to_the_next_run()
    {
        var image = new DoneImage("a.img", "1", "a.img.zst", "", 1);
        using (BatchRecord record = BatchRecord.Open(_folder.Root, writes: true))
            record.Add(image);
        File.WriteAllText(_folder["a.img.zst"], "x");
        using BatchRecord next = BatchRecord.Open(_folder.Root, writes: true);
        Assert.True(next.IsDone(image with { OutputBytes = null }));
    }

    [Theory]
    [InlineData("no record")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""[{"source":null,"print":"1","output":"b"}]""")]
    [InlineData("""[{"print":"1","output":"b"}]""")]
    [InlineData("""[{"source":"b","output":"b"}]""")]
    [InlineData("""[{"source":"b","print":"1"}]""")]
    [InlineData($"[{Fine},{Fine}]")]
    public void What_is_no_record_is_refused_and_stays(string text)
    {
        string path = _folder["imgshrink-batch.json"];
        File.WriteAllText(path, text);
        AccessException refused = Assert.Throws<AccessException>(() => BatchRecord.Open(_folder.Root, writes: true));
        Assert.StartsWith($"{path} is no record of a batch (", refused.Message);
        Assert.Equal(text, File.ReadAllText(path));
        File.Delete(path);
        BatchRecord.Open(_folder.Root, writes: true).Dispose(); // The turn was given back.
    }
}
