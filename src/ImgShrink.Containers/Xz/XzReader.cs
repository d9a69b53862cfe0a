using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers.Xz;

/// <summary>An .xz file of any maker: one stream or many, with padding behind each.</summary>
/// <remarks>liblzma compares every size and check in the file. Spec: The .xz File Format 1.0.4.</remarks>
internal sealed class XzReader : PackedReader
{
    private readonly LzmaCoder _coder;
    private readonly byte[] _input = new byte[1 << 20];
    private int _at, _end;
    private bool _ended;

    public XzReader(RawImageFile file)
        : base(file)
    {
        LibLzma.ThrowIfMissing();
        _coder = new LzmaCoder();
        _coder.StartDecoder(concatenated: true);
    }

    protected override string Format => "xz";

    public override int Read(Span<byte> into)
    {
        int done = 0;
        while (done < into.Length && !_ended)
        {
            if (_at == _end)
                (_at, _end) = (0, Input.Read(_input));
            var (read, written, result) = _coder.Run(
                _input.AsSpan(_at.._end), into[done..], isLast: Input.Position == FileBytes, CancellationToken.None);
            (_at, done, _ended) = (_at + read, done + written, result == LibLzma.Result.StreamEnd);
            if (result == LibLzma.Result.NoProgress)
                throw CutShort();
            if (result is not (LibLzma.Result.Ok or LibLzma.Result.StreamEnd))
                throw Damaged(LzmaCoder.Explain(result));
        }

        return done;
    }

    public override void Dispose()
    {
        _coder.Dispose();
        base.Dispose();
    }
}
