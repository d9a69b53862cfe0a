using System.Globalization;

namespace ImgShrink.Pipeline;

/// <summary>A path on a card as users write it: <c>2:/etc/fstab</c>, or <c>/etc/fstab</c> on whichever volume has it.</summary>
/// <param name="Partition">The partition that was named; null for none.</param>
/// <param name="Path">An absolute path in the volume.</param>
public sealed record CardPath(int? Partition, string Path)
{
    /// <summary>Reads a path; one without a slash at its start is taken from the root.</summary>
    public static CardPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':');
        bool named = int.TryParse(text.AsSpan(0, Math.Max(0, colon)), NumberStyles.None, CultureInfo.InvariantCulture,
            out int partition);
        string path = named ? text[(colon + 1)..] : text;
        return new CardPath(named ? partition : null, "/" + path.Trim('/'));
    }

    /// <inheritdoc/>
    public override string ToString() => Partition is int number ? $"{number}:{Path}" : Path;
}
