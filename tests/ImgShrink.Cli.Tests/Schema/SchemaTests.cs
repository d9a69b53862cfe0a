using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ImgShrink.Testing;
using Json.Schema;

namespace ImgShrink.Cli.Tests.Schema;

/// <summary>What <c>--json</c> prints is what docs/schema says, and docs/schema is what the reports are.</summary>
/// <remarks>With IMGSHRINK_UPDATE_GOLDEN=1 the files are written anew.</remarks>
[Collection(nameof(SmallCard))]
public sealed class SchemaTests(SmallCard card) : IDisposable
{
    private static readonly Dictionary<string, JsonTypeInfo> Types = new()
    {
        ["info"] = ReportJson.Documents.InfoReport,
        ["shrink"] = ReportJson.Documents.ShrinkReport,
        ["verify"] = ReportJson.Documents.VerifyReport,
        ["write"] = ReportJson.Documents.WriteReport,
        ["devices"] = ReportJson.Documents.DriveList,
        ["batch"] = ReportJson.Documents.BatchReport,
        ["ls"] = ReportJson.Documents.ListReport,
        ["extract"] = ReportJson.Documents.ExtractReport,
        ["extract-raw"] = ReportJson.Documents.PartitionExtract,
        ["progress"] = ReportJson.Lines.ProgressLine,
        ["forecast"] = ReportJson.Lines.ForecastLine,
        ["error"] = ReportJson.Lines.ErrorLine,
    };

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => [.. Types.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_is_that_of_the_report(string name)
    {
        string schema = ReportSchema.Of(Types[name]);
        if (Environment.GetEnvironmentVariable("IMGSHRINK_UPDATE_GOLDEN") == "1")
            File.WriteAllText(SourceTree.PathOf("docs", "schema", $"{name}.json"), schema);
        else
            Assert.Equal(FileOf(name), schema);
    }

    [Fact]
    public void Documents_follow_their_schemas()
    {
        string small = _folder["small.img.zst"], images = _folder["images"];
        Directory.CreateDirectory(images);
        File.Copy(card.Path, Path.Combine(images, "card.img"));
        Follows("info", "info", card.Path);
        CliResult shrunk = Follows("shrink", "shrink", card.Path, small, "--sha256");
        foreach (string line in shrunk.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            RequireFollows("progress", line);
        Follows("verify", "verify", small, "--against", card.Path);
        Follows("devices", "devices");
        Follows("batch", "batch", images, "--dry-run");
        Follows("ls", "ls", card.Path, "2:/etc");
        Follows("extract", "extract", card.Path, "2:/etc/fstab", _folder["fstab"]);
        Follows("extract-raw", "extract", card.Path, "1:", _folder["boot.img"], "--raw");
    }

    [Fact]
    public void An_error_follows_its_schema()
    {
        CliResult run = Cli.Run("info", _folder["nothing.img"], "--json");
        Assert.Equal((6, ""), (run.ExitCode, run.Output));
        RequireFollows("error", run.Error);
    }

    [Fact]
    public void Another_report_does_not_follow_the_schema()
    {
        using JsonDocument info = JsonDocument.Parse(Cli.Run("info", card.Path, "--json").Output);
        Assert.False(JsonSchema.FromText(FileOf("shrink")).Evaluate(info.RootElement).IsValid);
    }

    private static CliResult Follows(string name, params string[] command)
    {
        CliResult run = Cli.Run([.. command, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        RequireFollows(name, run.Output);
        return run;
    }

    private static void RequireFollows(string name, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        EvaluationResults found = JsonSchema.FromText(FileOf(name)).Evaluate(
            document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        IEnumerable<string> wrong = (found.Details ?? []).Where(each => each.Errors is not null).SelectMany(
            each => each.Errors!.Select(error => $"{each.InstanceLocation}: {error.Key}: {error.Value}"));
        Assert.True(found.IsValid, $"{name}: {string.Join("; ", wrong)}\n{json}");
    }

    private static string FileOf(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Schema", $"{name}.json")).ReplaceLineEndings("\n");
}
