using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;
using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>A .zst file of any maker: one frame or many, skippable ones between them.</summary>
/// <remarks>libzstd compares content sizes and checksums, where the frames have them. Spec: RFC 8878.</remarks>
internal sealed unsafe class ZstdReader : PackedReader
{
    private const int InputSize = 1 << 20;

    // What every decoder takes, and the most that "zstd --long=31" makes.
    private const int UsualWindowLog = 27, LargestWindowLog = 31;
    private const int WindowTooLarge = 16; // ZSTD_error_frameParameter_windowTooLarge

    private readonly DecompressorHandle _libzstd;
    private readonly byte[] _input = new byte[InputSize];
    private int _at, _end;
    private bool _frameIsOpen = true;

    public ZstdReader(RawImageFile file)
        : base(file)
    {
        ThrowIfMissing();
        _libzstd = NewDecompressor();
        Checked(SetParameter(_libzstd, WindowLogMax, WindowLogThatFits()));
        Refill();
        fixed (byte* from = _input)
            LeastImageBytes = GetFrameContentSize(from, (nuint)_end) is var bytes and <= long.MaxValue ? (long)bytes : 0;
    }

    public override long LeastImageBytes { get; }

    protected override string Format => "zstd";

    public override int Read(Span<byte> into)
    {
        int done = 0;
        fixed (byte* from = _input, to = into)
        {
            while (done < into.Length)
            {
                if (_at == _end)
                    Refill();
                if (_at == _end && !_frameIsOpen)
                    break;
                var input = new LibZstd.Buffer { Bytes = from, Size = (nuint)_end, Position = (nuint)_at };
                var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)into.Length, Position = (nuint)done };
                nuint result = Decompress(_libzstd, ref output, ref input);
                if (HasFailed(result))
                    throw Refused(result);
                bool moved = (int)input.Position > _at || (int)output.Position > done;
                (_at, done, _frameIsOpen) = ((int)input.Position, (int)output.Position, result != 0);
                if (!moved && _frameIsOpen)
                    throw CutShort();
            }
        }

        return done;
    }

    public override void Dispose()
    {
        _libzstd.Dispose();
        base.Dispose();
    }

    private void Refill() => (_at, _end) = (0, Input.Read(_input));

    private ImgShrinkException Refused(nuint code) => CodeOf(code) == WindowTooLarge
        ? new UnsupportedImageException(
            $"{Path} needs more memory to be unpacked than this computer can spare. Unpack it first: zstd -d --long=31.")
        : Damaged(ErrorName(code));

    /// <summary>Half of the memory may be the window of a frame that asks for so much.</summary>
    private static int WindowLogThatFits()
    {
        int log = UsualWindowLog;
        while (log < LargestWindowLog && 2L << log <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2)
            log++;
        return log;
    }
}
