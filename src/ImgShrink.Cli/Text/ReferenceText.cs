using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>Whether boot files find what they ask for, in a line; those that do not are notes of their own.</summary>
internal static class ReferenceText
{
    public static void Write(IReadOnlyList<ReferenceReport> references, TextWriter into)
    {
        if (references.Count == 0)
            return;
        int found = references.Count(each => each.LeadsTo is not null);
        string files = string.Join(", ", references.Select(each => each.File).Distinct());
        into.WriteLine($"Boot files ({files}): {found} of {references.Count} references lead to a partition of the card");
    }
}
