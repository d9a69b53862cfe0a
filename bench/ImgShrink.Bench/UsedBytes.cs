using ImgShrink.Blocks;
using ImgShrink.Pipeline;

namespace ImgShrink.Bench;

/// <summary>The bytes of a card that are in use, one behind the other: what no tool can do without reading.</summary>
internal static class UsedBytes
{
    private const int Portion = 4 << 20;

    /// <summary>Writes them to a file, and gives their number.</summary>
    public static long Extract(string card, string into)
    {
        using var source = new RawImageFile(card);
        using FileStream output = File.Create(into);
        var buffer = new byte[Portion];
        foreach (ByteRange range in RangesOf(CardImage.Read(source)).Ranges())
        {
            for (long at = range.Start; at < range.End; at += buffer.Length)
            {
                Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, range.End - at));
                source.Read(at, bytes);
                output.Write(bytes);
            }
        }

        return output.Length;
    }

    /// <summary>Where they are.</summary>
    public static RangeSet RangesOf(CardImage card)
    {
        var used = new RangeSet();
        foreach (CardVolume each in card.Volumes)
            used.Add(each.Volume.DataRanges(), each.Partition.Start);
        return used.Intersect(card.Present);
    }
}
