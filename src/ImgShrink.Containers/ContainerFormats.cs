namespace ImgShrink.Containers;

/// <summary>The formats that images can be written in.</summary>
public static class ContainerFormats
{
    /// <summary>All formats; the first is the default.</summary>
    public static IReadOnlyList<IContainer> All { get; } = [new ZstdContainer(), new RawContainer()];

    /// <summary>The format of an output whose name says nothing about it.</summary>
    public static IContainer Default => All[0];

    /// <summary>The format that <c>--format</c> calls so, in any case; null when there is none.</summary>
    public static IContainer? ByName(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The format that an output's name asks for: <c>.zst</c>, or <c>.img</c> and the like for raw; else the default.
    /// </summary>
    public static IContainer ForPath(string outputPath) => Path.GetExtension(outputPath).ToUpperInvariant() switch
    {
        ".ZST" or ".ZSTD" => ByName("zst")!,
        ".IMG" or ".RAW" or ".BIN" or ".DD" or ".ISO" => ByName("raw")!,
        _ => Default,
    };
}
