namespace ImgShrink.Bench;

/// <summary>A page of documentation with a part that a program writes.</summary>
internal static class MarkedDocument
{
    private const string Start = "<!-- tables: made by ./build.sh bench -->\n";
    private const string End = "<!-- end of tables -->";

    /// <summary>Replaces what stands between the two marks.</summary>
    /// <exception cref="InvalidOperationException">The page does not have them.</exception>
    public static void Put(string path, string tables)
    {
        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        int start = text.IndexOf(Start, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (start < 0 || end < start)
            throw new InvalidOperationException($"{path} does not have the marks between which tables go.");
        File.WriteAllText(path, $"{text[..(start + Start.Length)]}\n{tables}{text[end..]}");
    }
}
