using ImgShrink.Blocks;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline.Verify;

/// <summary>Compares two volumes whose files are not understood: all bytes but those that are free.</summary>
internal static class ContentComparison
{
    private const int PieceSize = 1 << 20;

    /// <summary>What differs, as the end of a sentence about the volume; null where nothing does.</summary>
    public static string? WhatDiffers(
        CardImage image, CardVolume found, CardImage card, CardVolume expected, CancellationToken cancel)
    {
        Partition partition = expected.Partition;
        if (found.Partition.Length != partition.Length)
            return $"has {found.Partition.Length} bytes, expected {partition.Length}, and its files cannot be compared";
        long shift = found.Partition.Start - partition.Start;
        WriteOverlay asMoved = AsMoved(card, expected, found.Partition.Start);
        byte[] left = new byte[PieceSize], right = new byte[PieceSize];
        foreach (ByteRange range in expected.DataOnDisk(cancel).Ranges())
        {
            long end = Math.Min(range.End, partition.End);
            for (long at = range.Start; at < end; at += PieceSize)
            {
                cancel.ThrowIfCancellationRequested();
                int count = (int)Math.Min(PieceSize, end - at);
                image.Disk.Read(at + shift, left.AsSpan(0, count));
                asMoved.Read(at, right.AsSpan(0, count));
                int same = left.AsSpan(0, count).CommonPrefixLength(right.AsSpan(0, count));
                if (same < count)
                    return $"its content differs, first at byte {at + same - partition.Start}";
            }
        }

        return null;
    }

    /// <summary>The card, with what the volume says of its own place as it is at another one.</summary>
    private static WriteOverlay AsMoved(CardImage card, CardVolume volume, long start)
    {
        var moved = new WriteOverlay(card.Disk);
        foreach (TableEdit edit in volume.MovedTo(start, card.Table.Sector))
            moved.Write(edit.At - start + volume.Partition.Start, edit.Bytes.Span);
        return moved;
    }
}
