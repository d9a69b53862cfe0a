namespace ImgShrink.Devices;

/// <summary>Names that devices and systems give, fit to be shown on a terminal.</summary>
internal static class Words
{
    private const int Longest = 80;

    /// <summary>The text with single spaces and without control characters; null when nothing is left.</summary>
    public static string? Of(string? text)
    {
        string plain = new([.. (text ?? "").Take(Longest * 2).Select(each => char.IsControl(each) ? ' ' : each)]);
        string words = string.Join(' ', plain.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return words.Length == 0 ? null : words[..Math.Min(words.Length, Longest)];
    }
}
