using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>
/// Reads an image from front to back: data from its source, everything else as zeros that are never asked for.
/// </summary>
internal sealed class ForwardReader : IDisposable
{
    // Larger reads gain nothing on card readers, and smaller ones lose; also how often cancellation is looked at.
    private const int LargestRead = 1 << 20;

    private readonly TargetView _image;
    private readonly IEnumerator<ByteRange> _data;
    private readonly CancellationToken _cancel;
    private ByteRange _range;

    public ForwardReader(TargetView image, CancellationToken cancel)
    {
        (_image, _cancel) = (image, cancel);
        _data = image.Data.Ranges().GetEnumerator();
        NextRange();
    }

    /// <summary>
    /// Fills <paramref name="into"/> with the image's bytes from <paramref name="at"/> on; no call may go back.
    /// </summary>
    public void Read(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            _cancel.ThrowIfCancellationRequested();
            while (_range.End <= at)
                NextRange();
            int count;
            if (at < _range.Start)
            {
                count = (int)Math.Min(_range.Start - at, into.Length);
                into[..count].Clear();
            }
            else
            {
                count = (int)Math.Min(Math.Min(_range.End - at, LargestRead), into.Length);
                _image.Bytes.Read(at, into[..count]);
            }

            at += count;
            into = into[count..];
        }
    }

    public void Dispose() => _data.Dispose();

    // Behind the last range there are zeros without end.
    private void NextRange() => _range = _data.MoveNext() ? _data.Current : new ByteRange(long.MaxValue, 0);
}
