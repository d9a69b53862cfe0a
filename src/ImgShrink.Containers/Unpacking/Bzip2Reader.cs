using ICSharpCode.SharpZipLib.BZip2;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Unpacking;

/// <summary>A .bz2 file of any maker: one stream or many (pbzip2 makes one a block), zeros behind them.</summary>
/// <remarks>SharpZipLib compares the CRCs of blocks and streams. It reads one stream, to its last byte.</remarks>
internal sealed class Bzip2Reader : PackedReader
{
    private readonly BufferedStream _bytes;
    private BZip2InputStream? _stream;
    private bool _ended;

    public Bzip2Reader(RawImageFile file)
        : base(file) => _bytes = new BufferedStream(Input, 1 << 20);

    protected override string Format => "bzip2";

    private static ReadOnlySpan<byte> Magic => "BZh"u8;

    public override int Read(Span<byte> into)
    {
        int done = 0;
        while (done < into.Length && !_ended)
        {
            int count = Decode(into[done..]);
            if (count == 0)
                CloseStream();
            done += count;
        }

        return done;
    }

    public override void Dispose()
    {
        _stream?.Dispose();
        _bytes.Dispose();
        base.Dispose();
    }

    private int Decode(Span<byte> into)
    {
        try
        {
            _stream ??= new BZip2InputStream(_bytes) { IsStreamOwner = false };
            return _stream.Read(into);
        }
        catch (EndOfStreamException)
        {
            throw CutShort();
        }
        catch (Exception cause) when (cause is BZip2Exception or IndexOutOfRangeException)
        {
            throw Damaged(cause is BZip2Exception ? cause.Message : "it does not decode");
        }
    }

    private void CloseStream()
    {
        _stream!.Dispose();
        _stream = null;
        long end = _bytes.Position;
        Span<byte> next = stackalloc byte[Magic.Length];
        int count = _bytes.ReadAtLeast(next, next.Length, throwOnEndOfStream: false);
        _bytes.Position = end;
        if (next[..count].SequenceEqual(Magic))
            return;
        Input.Position = end;
        RequireOnlyZeros();
        _ended = true;
    }
}
