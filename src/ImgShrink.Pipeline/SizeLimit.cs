using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>What a limit to the length of an image means for the volume that is shrunk.</summary>
internal static class SizeLimit
{
    private const long Step = 1 << 20;
    private const long Megabyte = 1_000_000;
    private const int FoldersNamed = 4;

    /// <summary>Makes sure that the image can be so short at all.</summary>
    /// <param name="card">The card.</param>
    /// <param name="main">The volume that gives way; with everything in it that shall be in the image.</param>
    /// <param name="others">New lengths of other partitions in bytes, by number.</param>
    /// <param name="largest">Bytes that the image may have.</param>
    /// <param name="cancel">Ends the search for what is large.</param>
    /// <exception cref="NotEnoughSpaceException">It cannot; the message says by how much, and what is large.</exception>
    public static void RequirePossible(
        CardImage card, CardVolume main, Dictionary<int, long> others, long largest, CancellationToken cancel)
    {
        var volume = (ExtVolume)main.Volume;
        if (volume.MinimumBytes(cancel) is not long floor)
            return;
        long needed = card.Table.MinimumImageLength(
            card.Arrange(new Dictionary<int, long>(others) { [main.Partition.Number] = floor }));
        if (needed <= largest)
            return;
        string folders = string.Join(", ", LargestFolders.Of(volume, FoldersNamed, cancel)
            .Select(each => $"{each.Path} ({Megabytes(each.Bytes)})"));
        string journal = volume.SpareJournalBytes() is long spare and >= Megabyte
            ? $" --trim-journal makes it {spare / Megabyte} MB smaller." : "";
        throw new NotEnoughSpaceException(
            $"At its smallest the image has {needed} bytes, and it may have {largest}: {needed - largest} bytes ({Megabytes(needed - largest)}) too many. "
            + $"Delete files on the card, or allow a larger image.{journal}{(folders.Length == 0 ? "" : $" Most is in {folders}.")}");
    }

    private static string Megabytes(long bytes) => $"{(bytes + Megabyte - 1) / Megabyte} MB";

    /// <summary>The most bytes that a partition can have so that the image is no longer than it may be.</summary>
    public static long LargestLength(
        CardImage card, Partition partition, Dictionary<int, long> others, long largest)
    {
        long largestEnd = card.Table.LargestEnd(largest);
        long EndWith(long length) => card.Arrange(new Dictionary<int, long>(others) { [partition.Number] = length }).End;
        long spare = largestEnd - EndWith(card.Table.Sector.Bytes);
        long length = Math.Min(partition.Length, card.Table.Sector.Bytes + Math.Max(0, spare));
        // What lies behind moves by whole alignment units, so that a little less may be possible.
        while (length > Step && EndWith(length) > largestEnd)
            length -= Step;
        return Math.Max(1, card.Table.Sector.RoundDown(length));
    }
}
