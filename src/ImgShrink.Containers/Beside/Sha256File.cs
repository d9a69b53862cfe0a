using System.Text;

namespace ImgShrink.Containers;

/// <summary>A file with the SHA-256 of the output, which <c>sha256sum -c</c> reads.</summary>
public sealed class Sha256File : ISideFile
{
    /// <inheritdoc/>
    public string PathBeside(string outputPath) => outputPath + ".sha256";

    /// <inheritdoc/>
    /// <remarks>
    /// Digits, two spaces, name. A name with a backslash or a line break is escaped, and a backslash before the digits
    /// says so.
    /// </remarks>
    public byte[] Content(CompleteOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        string name = Path.GetFileName(output.Path);
        string escaped = name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)
            .Replace("\r", @"\r", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes($"{(escaped == name ? "" : "\\")}{output.Sha256}  {escaped}\n");
    }
}
