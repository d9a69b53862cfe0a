namespace ImgShrink.Cli.Picture;

/// <summary>A part of a picture; all measures in pixels, from the top left corner.</summary>
internal abstract record Shape(double X, double Y);

/// <summary>A filled rectangle.</summary>
internal sealed record Box(double X, double Y, double Width, double Height, Rgb Fill) : Shape(X, Y);

/// <summary>A line of text.</summary>
/// <param name="X">Its left edge.</param>
/// <param name="Y">The line it stands on.</param>
/// <param name="Size">Height of the letters with what they have below and above.</param>
/// <param name="Text">What it says.</param>
/// <param name="Fill">Its colour.</param>
internal sealed record Words(double X, double Y, double Size, string Text, Rgb Fill) : Shape(X, Y);

/// <summary>A colour.</summary>
internal readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>This colour where <paramref name="share"/> is 1, white where it is 0.</summary>
    public Rgb OnWhite(double share)
    {
        return new(Mixed(Red), Mixed(Green), Mixed(Blue));
        byte Mixed(byte part) => (byte)Math.Round(255 - (255 - part) * share);
    }

    /// <summary>As HTML and SVG write it: "#1f77b4".</summary>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
