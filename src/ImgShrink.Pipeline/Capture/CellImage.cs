using System.IO.Hashing;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>A cell of an image that was read.</summary>
/// <param name="Number">Its place, in cells.</param>
/// <param name="Sum">XXH3 of its bytes.</param>
internal readonly record struct Cell(long Number, ulong Sum);

/// <summary>
/// The image of a capture, in cells with checksums. A cell that an earlier run has kept is taken from its output, every other
/// from the card.
/// </summary>
/// <remarks>Read once, in ascending order, by one thread; in cells that are begun with, what is never asked for is zeros.</remarks>
/// <param name="target">The image as the plan has it.</param>
/// <param name="kept">What an earlier run has left; null for nothing.</param>
internal sealed class CellImage(IBlockSource target, KeptCells? kept) : IBlockSource
{
    /// <summary>Bytes in a cell; the last one of an image may be shorter.</summary>
    public const int CellBytes = 4 << 20;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(CellBytes);
    private readonly Queue<Cell> _read = [];
    private readonly Lock _lock = new();
    private long _number = -1; // The cell in memory.
    private bool _isKept;

    /// <inheritdoc/>
    public long Length => target.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            int offset = (int)(at % CellBytes), count = Math.Min(into.Length, CellBytes - offset);
            Span<byte> bytes = _bytes.AsSpan(offset, count);
            if (at / CellBytes != _number)
                Enter(at / CellBytes);
            if (!_isKept)
                target.Read(at, bytes);
            bytes.CopyTo(into);
            at += count;
            into = into[count..];
        }
    }

    /// <summary>Takes the next cell that came from the card and ends before a place, up to which all is read; null for none.</summary>
    public Cell? NextBefore(long end)
    {
        lock (_lock)
        {
            if (end == Length)
                Leave();
            return _read.TryPeek(out Cell cell) && Math.Min((cell.Number + 1) * CellBytes, Length) <= end ? _read.Dequeue() : null;
        }
    }

    /// <summary>The bytes of a cell as the card has them now.</summary>
    public static byte[] OnCard(IBlockSource image, long number) =>
        image.ReadBytes(number * CellBytes, LengthOf(number, image.Length));

    private static int LengthOf(long number, long imageBytes) => (int)Math.Min(CellBytes, imageBytes - number * CellBytes);

    private void Enter(long number)
    {
        lock (_lock)
            Leave();
        Span<byte> cell = _bytes.AsSpan(0, LengthOf(number, Length));
        _isKept = kept?.TryRead(number, cell) == true;
        if (!_isKept)
            cell.Clear();
        _number = number;
    }

    private void Leave()
    {
        if (_number >= 0 && !_isKept)
            _read.Enqueue(new Cell(_number, XxHash3.HashToUInt64(_bytes.AsSpan(0, LengthOf(_number, Length)))));
        _number = -1;
    }
}
