using ImgShrink.Blocks;
using static ImgShrink.Containers.Zstd.LibZstd;

namespace ImgShrink.Containers.Zstd;

/// <summary>
/// Decodes a .zst file of any maker from front to back: one frame or many, skippable ones between them.
/// </summary>
internal static unsafe class StreamDigest
{
    private const int InputSize = 1 << 20;
    private const int OutputSize = 4 << 20;
    private const int PiecesInMemory = 3;

    /// <summary>
    /// The image in the file; libzstd compares content sizes and checksums, where the frames have them.
    /// </summary>
    /// <exception cref="VerificationException">The file is damaged or cut short, or is no .zst file.</exception>
    public static ImageDigest Of(RawImageFile file, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        var outputs = new BufferPool(OutputSize);
        using var hash = new ImageHash();
        using var decoder = new Decoder(file);
        using var flow = new PieceFlow(PiecesInMemory, threads: 1, cancel);
        Task hashed = Task.CompletedTask;
        while (true)
        {
            flow.Enter();
            byte[] output = outputs.Take();
            int count = decoder.Fill(output);
            hashed = flow.Then(hashed, () =>
            {
                hash.Append(output.AsSpan(0, count));
                bytesDone?.Report(hash.Length);
            });
            flow.Leave(() => outputs.Return(output), hashed);
            if (count < output.Length)
                break;
        }

        flow.Finish();
        return hash.Finish();
    }

    private sealed class Decoder : IDisposable
    {
        private readonly RawImageFile _file;
        private readonly DecompressorHandle _libzstd = NewDecompressor();
        private readonly byte[] _input = new byte[InputSize];
        private int _at, _end;
        private long _fileAt;
        private bool _frameIsOpen = true;

        public Decoder(RawImageFile file) => _file = file;

        /// <summary>Decodes until the buffer is full or the file ends, and gives the number of bytes.</summary>
        public int Fill(byte[] into)
        {
            int done = 0;
            fixed (byte* from = _input, to = into)
            {
                while (done < into.Length)
                {
                    if (_at == _end && _fileAt < _file.Length)
                        Refill();
                    var input = new LibZstd.Buffer { Bytes = from, Size = (nuint)_end, Position = (nuint)_at };
                    var output = new LibZstd.Buffer { Bytes = to, Size = (nuint)into.Length, Position = (nuint)done };
                    if (_at == _end && !_frameIsOpen)
                        break;
                    nuint result = Decompress(_libzstd, ref output, ref input);
                    if (HasFailed(result))
                        throw new VerificationException(
                            $"{_file.Path} is damaged, or no .zst file, near byte {_fileAt - _end + _at}: {ErrorName(result)}.");
                    bool moved = (int)input.Position > _at || (int)output.Position > done;
                    (_at, done, _frameIsOpen) = ((int)input.Position, (int)output.Position, result != 0);
                    if (!moved && _frameIsOpen)
                        throw new VerificationException(
                            $"{_file.Path} is cut short: it ends at byte {_file.Length}, in the middle of its zstd data.");
                }
            }

            return done;
        }

        public void Dispose() => _libzstd.Dispose();

        private void Refill()
        {
            _end = (int)Math.Min(_input.Length, _file.Length - _fileAt);
            _file.Read(_fileAt, _input.AsSpan(0, _end));
            (_at, _fileAt) = (0, _fileAt + _end);
        }
    }
}
