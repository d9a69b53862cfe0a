using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>Reads a written file back, several parts at a time, to compare it with what was written.</summary>
internal sealed class ProofReader : IDisposable
{
    private readonly RawImageFile _file;
    private readonly IProgress<long>? _bytesDone;
    private readonly PieceFlow _flow;
    private readonly Lock _progress = new();
    private long _done;

    /// <param name="path">The file.</param>
    /// <param name="threads">Parts that are compared at a time.</param>
    /// <param name="bytesDone">Told how many bytes of the image are proven.</param>
    /// <param name="cancel">Stops the work.</param>
    public ProofReader(string path, int threads, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        (_file, _bytesDone) = (new RawImageFile(path), bytesDone);
        _flow = new PieceFlow(places: threads + 1, threads, cancel); // One part waits for a thread.
    }

    /// <summary>The file's name, for messages.</summary>
    public string Path => _file.Path;

    /// <summary>Set when the work should end early.</summary>
    public CancellationToken Stop => _flow.Stop;

    /// <exception cref="VerificationException">The file has another length.</exception>
    public void RequireLength(long expected)
    {
        if (_file.Length != expected)
            throw new VerificationException($"{Path} has {_file.Length} bytes, expected {expected}.");
    }

    /// <summary>Starts to compare all parts, waits for them, and throws what is wrong with any of them; once.</summary>
    /// <param name="startParts">Calls <see cref="Start"/> for one part after the other.</param>
    public void Run(Action startParts) => _flow.Run(startParts);

    /// <summary>Compares a part on a worker thread; returns when there is a place for the next.</summary>
    /// <param name="imageBytes">Bytes of the image that the part stands for.</param>
    /// <param name="compare">Throws where the part is not what was written.</param>
    public void Start(long imageBytes, Action compare)
    {
        _flow.Enter();
        _flow.Leave(() => { }, _flow.Then(Task.CompletedTask, () =>
        {
            compare();
            Pass(imageBytes);
        }));
    }

    /// <summary>Counts bytes of the image as proven.</summary>
    public void Pass(long imageBytes)
    {
        lock (_progress)
        {
            _done += imageBytes;
            _bytesDone?.Report(_done);
        }
    }

    /// <summary>Where the file is stored; all else of it is a hole.</summary>
    public RangeSet DataRanges() => _file.DataRanges();

    /// <summary>Fills <paramref name="into"/> with the bytes of the file from <paramref name="at"/> on.</summary>
    public void Read(long at, Span<byte> into) => _file.Read(at, into);

    /// <summary>Compares bytes of the file that are known.</summary>
    /// <param name="at">Their place.</param>
    /// <param name="expected">The bytes.</param>
    /// <param name="what">What they are, for the message: "zstd frame header".</param>
    /// <exception cref="VerificationException">They differ.</exception>
    public void Compare(long at, ReadOnlySpan<byte> expected, string what)
    {
        byte[] found = _file.ReadBytes(at, expected.Length);
        int difference = expected.CommonPrefixLength(found);
        if (difference < expected.Length)
            throw new VerificationException(
                $"{Path} is not what was written: in the {what}, byte {at + difference} is 0x{found[difference]:X2}, expected 0x{expected[difference]:X2}.");
    }

    public void Dispose()
    {
        _flow.Dispose(); // First: its threads use the file.
        _file.Dispose();
    }
}
