using System.IO.Compression;
using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers.Deflate;

/// <summary>A deflate stream from a place in a file on; nothing tells whether what comes out is right. Spec: RFC 1951.</summary>
internal sealed class DeflateReader : PackedReader
{
    private readonly DeflateStream _inflater;

    public DeflateReader(RawImageFile file, long start)
        : base(file)
    {
        Input.Position = start;
        _inflater = new DeflateStream(Input, CompressionMode.Decompress, leaveOpen: true);
    }

    protected override string Format => "deflate";

    public override int Read(Span<byte> into)
    {
        try
        {
            return _inflater.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            throw Damaged("it does not decode");
        }
    }

    public override void Dispose()
    {
        _inflater.Dispose();
        base.Dispose();
    }
}
