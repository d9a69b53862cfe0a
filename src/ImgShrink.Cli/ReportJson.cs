using System.Text.Json;
using System.Text.Json.Serialization;
using ImgShrink.Cli.Commands;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Pipeline;
using ImgShrink.Pipeline.Verify;

namespace ImgShrink.Cli;

/// <summary>The JSON forms of reports: names in camel case, sizes as numbers of bytes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShrinkReport))]
[JsonSerializable(typeof(InfoReport))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(WriteReport))]
[JsonSerializable(typeof(DriveList))]
[JsonSerializable(typeof(BatchReport))]
[JsonSerializable(typeof(ListReport))]
[JsonSerializable(typeof(ExtractReport))]
[JsonSerializable(typeof(PartitionExtract))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(ForecastLine))]
[JsonSerializable(typeof(ErrorLine))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>For documents: indented.</summary>
    public static ReportJson Documents { get; } = new(OptionsFor(indented: true));

    /// <summary>For lines: each object on one.</summary>
    public static ReportJson Lines { get; } = new(OptionsFor(indented: false));

    private static JsonSerializerOptions OptionsFor(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        Converters =
        {
            new JsonStringEnumConverter<FloorLimit>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<EntryKind>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<BatchState>(JsonNamingPolicy.CamelCase),
        },
        // Paths and labels stay readable; the document is not put into HTML.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

/// <summary>Progress as a line of JSON.</summary>
internal sealed record ProgressLine(string Phase, long Done, long Total, double BytesPerSecond)
{
    /// <summary>The image it is about, in a batch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }
}

/// <summary>What is going to be read of a card, as a line of JSON.</summary>
internal sealed record ForecastLine(long BytesToRead, double BytesPerSecond, double Seconds);
