using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImgShrink.Containers;

/// <summary>A <c>.rpi-imager-manifest</c>: opened with Raspberry Pi Imager, it offers the output with all checks.</summary>
/// <remarks>
/// The shape is that of Imager's lists of systems. It says nothing of customisation: which kind would be right, or whether
/// a card in use should be customised at all, nobody can tell from outside.
/// </remarks>
/// <param name="system">What is on the image, in words.</param>
/// <param name="releaseDate">The day that Imager shows.</param>
public sealed class ImagerManifest(string system, DateOnly releaseDate) : ISideFile
{
    /// <inheritdoc/>
    public string PathBeside(string outputPath) =>
        ContainerFormats.WithoutExtension(outputPath) + ".rpi-imager-manifest";

    /// <inheritdoc/>
    public byte[] Content(CompleteOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var entry = new Entry(
            Path.GetFileName(output.Path),
            system,
            "icons/use_custom.png", // Comes with Imager.
            new Uri(output.Path).AbsoluteUri,
            output.Image.ImageBytes,
            output.Image.Sha256,
            output.Image.FileBytes,
            output.Sha256,
            releaseDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        var anyDevice = new Device("No filtering", "Every device", [], "inclusive");
        return JsonSerializer.SerializeToUtf8Bytes(
            new List(new Imager([anyDevice]), [entry]), ManifestJson.Readable.List);
    }

    internal sealed record List(Imager Imager, IReadOnlyList<Entry> OsList);

    internal sealed record Imager(IReadOnlyList<Device> Devices);

    internal sealed record Device(string Name, string Description, IReadOnlyList<string> Tags, string MatchingType);

    internal sealed record Entry(
        string Name, string Description, string Icon, string Url, long ExtractSize,
        string ExtractSha256, long ImageDownloadSize,
        string ImageDownloadSha256, string ReleaseDate);
}

/// <summary>The JSON form of a manifest.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ImagerManifest.List))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    /// <summary>Names of files stay readable; the document is not put into HTML.</summary>
    public static ManifestJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
