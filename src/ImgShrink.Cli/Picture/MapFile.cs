using System.Text;
using ImgShrink.Containers;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Picture;

/// <summary>The file that <c>info --map</c> writes.</summary>
internal sealed class MapFile
{
    private readonly string _path;
    private readonly bool _overwrite;
    private readonly Func<InfoReport, byte[]> _drawn;

    private MapFile(string path, bool overwrite, Func<InfoReport, byte[]> drawn) =>
        (_path, _overwrite, _drawn) = (path, overwrite, drawn);

    /// <summary>The file that was asked for; null for none.</summary>
    /// <exception cref="UsageException">Its extension is none of those that can be drawn.</exception>
    /// <exception cref="ImgShrink.Blocks.AccessException">It exists, or its folder does not: better said before the work than after it.</exception>
    public static MapFile? Of(string? path, bool overwrite)
    {
        if (path is null)
            return null;
        Func<InfoReport, byte[]> drawn = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => report => Encoding.UTF8.GetBytes(SvgFile.Document(MapPicture.Of(report))),
            ".html" or ".htm" => report => Encoding.UTF8.GetBytes(SvgFile.Page(MapPicture.Of(report), report.Source.Path)),
            ".png" => report => PngFile.Bytes(MapPicture.Of(report)),
            _ => throw new UsageException($"--map writes .svg, .html or .png, not '{path}'."),
        };
        OutputFile.ThrowIfRefused(path, overwrite);
        return new MapFile(path, overwrite, drawn);
    }

    /// <summary>Draws the map and writes it.</summary>
    public void Write(InfoReport report) => OutputFile.Write(_path, _drawn(report), _overwrite);
}
