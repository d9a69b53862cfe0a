using ImgShrink.Blocks;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>Images that end before their partitions do: what is missing, and whether it matters.</summary>
internal static class Salvage
{
    /// <summary>The disk with zeros in place of what is missing, so that its volumes can be looked at.</summary>
    public static IBlockSource Complete(IBlockSource disk, CutOff? cut)
    {
        if (cut is null)
            return disk;
        var whole = new ComposedSource(disk.Length + cut.Bytes);
        whole.Append(0, disk);
        return whole;
    }

    /// <summary>Throws unless nothing in use is missing, and the user knows.</summary>
    /// <param name="cut">What is missing.</param>
    /// <param name="data">What is in use on the disk.</param>
    /// <param name="end">Where the image ends.</param>
    /// <param name="isWanted">Whether the user has asked to go on.</param>
    /// <returns>What the user should know, as a sentence.</returns>
    /// <exception cref="CorruptImageException">Something in use is missing, or nobody has asked to go on.</exception>
    public static string RequireNothingLost(CutOff cut, RangeSet data, long end, bool isWanted)
    {
        long lost = data.Intersect(RangeSet.Of(new ByteRange(end, cut.Bytes))).TotalBytes;
        if (lost > 0)
            throw new CorruptImageException(
                $"{cut.Sentence}: the copy is incomplete, and {lost} bytes that are in use, or may be, are missing.", cut.Findings,
                "Copy the card again; if the image was compressed, check that it was unpacked completely.");
        if (!isWanted)
            throw new CorruptImageException(
                $"{cut.Sentence}: the copy is incomplete. But nothing that is in use is missing.", cut.Findings,
                "Copy the card again, or use what there is: imgshrink shrink --salvage.");
        return $"{cut.Sentence}. Nothing that is in use is missing, and what is free is taken for zeros.";
    }
}
