using System.Globalization;

namespace ImgShrink.Pipeline;

/// <summary>A capacity as it is printed on cards, and what a card of that label has at least.</summary>
/// <remarks>
/// A label is a name, not a size: "8 GB" cards were measured from 7,742,685,184 bytes on. The rule, and the measurements it
/// comes from, are in docs/decisions/0008-what-fits-a-card.md.
/// </remarks>
/// <param name="Gigabytes">The number on the card, in units of 10⁹ bytes.</param>
public sealed record CardLabel(int Gigabytes)
{
    private const int SmallestPerMille = 965;
    private const long BytesPerMille = 1_000_000;
    private const long MebiByte = 1 << 20;

    /// <summary>The labels that cards have, ascending.</summary>
    public static IReadOnlyList<CardLabel> All { get; } =
        [.. ((int[])[1, 2, 4, 8, 16, 32, 64, 128, 200, 256, 400, 512, 1000, 1500, 2000]).Select(each => new CardLabel(each))];

    /// <summary>What the label says: "16 GB", "1 TB".</summary>
    public string Name => Gigabytes < 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{Gigabytes} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{Gigabytes / 1000m:0.#} TB");

    /// <summary>Bytes that an image may have and fit every card of the label: 96.5 % of it, in whole MiB.</summary>
    public long SmallestBytes => Gigabytes * SmallestPerMille * BytesPerMille / MebiByte * MebiByte;

    /// <summary>The label that a text names, such as "16GB" or "1 TB"; null for anything else, such as "7.2GB" or "8GiB".</summary>
    public static CardLabel? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string plain = text.Replace(" ", "", StringComparison.Ordinal);
        return All.FirstOrDefault(each => each.Name.Replace(" ", "", StringComparison.Ordinal)
            .Equals(plain, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The smallest label whose cards all hold an image; null where none does.</summary>
    /// <param name="imageBytes">Bytes of the image.</param>
    public static CardLabel? SmallestFor(long imageBytes) => All.FirstOrDefault(each => each.SmallestBytes >= imageBytes);
}
