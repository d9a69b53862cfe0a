using ImgShrink.Blocks;

namespace ImgShrink.Containers.Xz;

/// <summary>Decodes an .xz file of any maker from front to back: one stream or several, with padding.</summary>
internal sealed class XzReader : IDisposable
{
    private readonly RawImageFile _file;
    private readonly LzmaCoder _coder = new();
    private readonly byte[] _input = new byte[1 << 20];
    private int _at, _end; // Of what is in the input.
    private long _fileAt;
    private bool _ended;

    public XzReader(RawImageFile file)
    {
        _file = file;
        _coder.StartDecoder(concatenated: true);
    }

    /// <summary>Decodes until the buffer is full or the file ends, and gives the number of bytes.</summary>
    /// <remarks>liblzma compares every size and check in the file.</remarks>
    /// <exception cref="VerificationException">The file is damaged or cut short, or is no .xz file.</exception>
    public int Fill(byte[] into)
    {
        int filled = 0;
        while (filled < into.Length && !_ended)
        {
            if (_at == _end)
                Refill();
            var (read, written, result) = _coder.Run(
                _input.AsSpan(_at.._end), into.AsSpan(filled), isLast: _fileAt == _file.Length, CancellationToken.None);
            (_at, filled, _ended) = (_at + read, filled + written, result == LibLzma.Result.StreamEnd);
            if (result is not (LibLzma.Result.Ok or LibLzma.Result.StreamEnd))
                throw new VerificationException(
                    $"{_file.Path} is damaged, near byte {_fileAt - _end + _at}: {LzmaCoder.Explain(result)}.");
        }

        return filled;
    }

    public void Dispose() => _coder.Dispose();

    private void Refill()
    {
        (_at, _end) = (0, (int)Math.Min(_input.Length, _file.Length - _fileAt));
        _file.Read(_fileAt, _input.AsSpan(0, _end));
        _fileAt += _end;
    }
}
