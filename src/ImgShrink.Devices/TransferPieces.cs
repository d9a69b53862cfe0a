using ImgShrink.Blocks;

namespace ImgShrink.Devices;

/// <summary>Cuts ranges into the requests that suit a card: large, and over small gaps where that is worth it.</summary>
internal static class TransferPieces
{
    /// <summary>The most bytes in a request; larger ones gain nothing. Pieces are cut at multiples of it.</summary>
    public const int Largest = 2 << 20;

    // To pass over a gap is quicker than to ask twice, as long as the gaps together stay a small part of the whole.
    private const int LargestGap = 256 << 10;
    private const int LargestShareOfGaps = 32;

    /// <summary>The pieces, ascending; together they are at most a thirty-second more than the ranges.</summary>
    /// <param name="ranges">What is to be transferred.</param>
    /// <param name="length">Bytes of the drive; what lies behind is left out.</param>
    public static IEnumerable<ByteRange> Of(RangeSet ranges, long length)
    {
        long largestGap = GapWorthPassing(ranges);
        long start = 0, end = 0;
        foreach (ByteRange range in ranges.Ranges().Append(new ByteRange(long.MaxValue / 2, 0)))
        {
            if (range.Start - end <= largestGap && end > start)
            {
                end = range.End;
                continue;
            }

            for (long cut; start < Math.Min(end, length); start = cut)
            {
                cut = Math.Min((start / Largest + 1) * Largest, Math.Min(end, length));
                yield return ByteRange.Between(start, cut);
            }

            (start, end) = (range.Start, range.End);
        }
    }

    private static long GapWorthPassing(RangeSet ranges)
    {
        // How many bytes the gaps of up to 1, 2, 4 ... sectors have together.
        var gaps = new long[64];
        long end = 0;
        foreach (ByteRange range in ranges.Ranges())
        {
            gaps[64 - long.LeadingZeroCount((range.Start - end - 1) / RangeSet.SectorSize)] += range.Start - end;
            end = range.End;
        }

        long spare = ranges.TotalBytes / LargestShareOfGaps;
        long largest = 0;
        for (int i = 0; RangeSet.SectorSize << i <= LargestGap && (spare -= gaps[i]) >= 0; i++)
            largest = RangeSet.SectorSize << i;
        return largest;
    }
}
