namespace ImgShrink.Bench;

/// <summary>A page of documentation with a part that a program writes.</summary>
internal static class MarkedDocument
{
    private const string End = "<!-- end of tables -->";

    /// <summary>Replaces what stands between the mark of the command that makes these tables, and the next end of tables.</summary>
    /// <exception cref="InvalidOperationException">The page does not have them.</exception>
    public static void Put(string path, string command, string tables)
    {
        string mark = $"<!-- tables: made by {command} -->\n";
        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        int start = text.IndexOf(mark, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf(End, start, StringComparison.Ordinal);
        if (end < 0)
            throw new InvalidOperationException($"{path} does not have the marks between which tables go.");
        File.WriteAllText(path, $"{text[..(start + mark.Length)]}\n{tables}{text[end..]}");
    }
}
