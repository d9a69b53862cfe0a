namespace ImgShrink.Containers;

/// <summary>The formats that images can be written in.</summary>
public static class ContainerFormats
{
    /// <summary>All formats; the first is the default.</summary>
    public static IReadOnlyList<IContainer> All { get; } = 
        [new ZstdContainer(), new XzContainer(), new GzipContainer(), new ZipContainer(), new RawContainer()];

    /// <summary>The format of an output whose name says nothing about it.</summary>
    public static IContainer Default => All[0];

    /// <summary>The format that <c>--format</c> calls so, in any case; null when there is none.</summary>
    public static IContainer? ByName(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The format that an output's name asks for: <c>.zst</c>, <c>.xz</c>, <c>.gz</c>, <c>.zip</c>, or <c>.img</c> and the
    /// like for raw; else the default.
    /// </summary>
    public static IContainer ForPath(string outputPath) => Named(outputPath) ?? Default;

    /// <summary>
    /// The name of the image that a file holds: <c>card.img</c> of <c>card.img.xz</c>, and of <c>card.xz</c>.
    /// </summary>
    public static string ImageNameOf(string path)
    {
        string image = Path.GetFileName(WithoutCompression(path));
        return Path.HasExtension(image) ? image : image + ".img";
    }

    /// <summary>The path without the extension of a compressed format: <c>card.img</c> of <c>card.img.xz</c>.</summary>
    internal static string WithoutCompression(string path) =>
        Named(path) is null or RawContainer ? path : Path.ChangeExtension(path, null);

    /// <summary>The path without any extension of a format: <c>card</c> of <c>card.img.xz</c>.</summary>
    internal static string WithoutExtension(string path)
    {
        string image = WithoutCompression(path);
        return Named(image) is null ? image : Path.ChangeExtension(image, null);
    }

    /// <summary>The format that an output's name asks for; null where it says nothing about it.</summary>
    public static IContainer? Named(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".ZST" or ".ZSTD" => ByName("zst"),
        ".XZ" => ByName("xz"),
        ".GZ" => ByName("gz"),
        ".ZIP" => ByName("zip"),
        ".IMG" or ".RAW" or ".BIN" or ".DD" or ".ISO" => ByName("raw"),
        _ => null,
    };
}
