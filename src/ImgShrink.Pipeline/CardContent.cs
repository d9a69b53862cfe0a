using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>What of an image somebody may read from the card it is written to, zeros too.</summary>
internal static class CardContent
{
    /// <summary>
    /// Everything but the space that a file system calls free: tables, journals and preallocated files may be zeros in the
    /// image, and must not show what the card held before; loaders look at the gaps.
    /// </summary>
    public static RangeSet Of(TargetView target, CancellationToken cancel)
    {
        CardImage card = CardImage.Read(new TargetSource(target), cancel: cancel);
        var content = new RangeSet();
        long at = 0;
        foreach (CardVolume volume in card.Volumes.OrderBy(each => each.Partition.Start))
        {
            long start = volume.Partition.Start;
            content.Add(ByteRange.Between(at, Math.Max(at, start)));
            content.Add(volume.Volume.DataRanges(cancel), start);
            at = Math.Max(at, start + volume.Volume.Bytes);
        }

        content.Add(ByteRange.Between(at, Math.Max(at, target.Length)));
        return content;
    }

    /// <summary>A target, read like an image that somebody gave us.</summary>
    private sealed class TargetSource(TargetView target) : IImageSource
    {
        public string Path => "the target";

        public long Length => target.Length;

        public long BytesRead => 0;

        public void Read(long at, Span<byte> into) => target.Bytes.Read(at, into);

        public RangeSet DataRanges() => target.Data;

        public void Dispose()
        {
        }
    }
}
