namespace ImgShrink.Containers;

/// <summary>A small file beside an output that says something about it.</summary>
public interface ISideFile
{
    /// <summary>Its name, with its folder, for an output of this name.</summary>
    string PathBeside(string outputPath);

    /// <summary>Its content, in UTF-8, once the output is written and proven.</summary>
    byte[] Content(CompleteOutput output);
}

/// <summary>An output that is complete, under the name that it is about to get.</summary>
/// <param name="path">That name.</param>
/// <param name="image">What is in it.</param>
/// <param name="partialPath">The name that it has until then.</param>
public sealed class CompleteOutput(string path, WrittenImage image, string partialPath)
{
    private readonly Lazy<string> _sha256 = new(() => FileHash.Sha256Of(partialPath));

    /// <summary>The file's final name, with its folder.</summary>
    public string Path { get; } = path;

    /// <summary>What is in it.</summary>
    public WrittenImage Image { get; } = image;

    /// <summary>SHA-256 of the file, not of the image in it: 64 hexadecimal digits in lower case.</summary>
    public string Sha256 => _sha256.Value;
}
