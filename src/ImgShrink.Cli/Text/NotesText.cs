namespace ImgShrink.Cli.Text;

/// <summary>What the user should know, a sentence a line.</summary>
internal static class NotesText
{
    public static void Write(IReadOnlyList<string> warnings, TextWriter into)
    {
        foreach (string warning in warnings)
            into.WriteLine($"Note: {PrintableText.OfLines(warning)}");
    }
}
