using System.Globalization;
using System.Net;
using System.Text;

namespace ImgShrink.Cli.Picture;

/// <summary>Writes a picture as SVG 1.1, or as a page that shows it.</summary>
internal static class SvgFile
{
    /// <summary>The picture as a document of its own.</summary>
    public static string Document(MapPicture picture)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{MapPicture.Width:0}\" height=\"{picture.Height:0}\" viewBox=\"0 0 {MapPicture.Width:0} {picture.Height:0}\" font-family=\"system-ui, sans-serif\" shape-rendering=\"crispEdges\">\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        foreach (Shape shape in picture.Shapes)
        {
            _ = shape switch
            {
                Box box => text.Append(CultureInfo.InvariantCulture,
                    $"<rect x=\"{box.X:0.#}\" y=\"{box.Y:0.#}\" width=\"{box.Width:0.#}\" height=\"{box.Height:0.#}\" fill=\"{box.Fill}\"/>\n"),
                Words words => text.Append(CultureInfo.InvariantCulture,
                    $"<text x=\"{words.X:0.#}\" y=\"{words.Y:0.#}\" font-size=\"{words.Size:0.#}\" fill=\"{words.Fill}\">{Escaped(words.Text)}</text>\n"),
                _ => throw new InvalidOperationException($"{shape} cannot be drawn."),
            };
        }

        return text.Append("</svg>\n").ToString();
    }

    /// <summary>A page with the picture in it, that needs nothing else.</summary>
    public static string Page(MapPicture picture, string title) =>
        $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Escaped(title)}</title>"
        + "<style>body { margin: 0 } svg { max-width: 100%; height: auto }</style></head><body>\n"
        + Document(picture) + "</body></html>\n";

    // Control characters have no place in XML at all; a label may hold any byte.
    private static string Escaped(string text) => WebUtility.HtmlEncode(
        string.Concat(text.Select(each => char.IsControl(each) || char.IsSurrogate(each) ? '?' : each)));
}
