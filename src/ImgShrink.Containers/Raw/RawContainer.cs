using ImgShrink.Blocks;
using ImgShrink.Containers.Raw;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers;

/// <summary>
/// The image as it is, in a sparse file where the file system keeps holes (NTFS, ext4, APFS), else in a plain one.
/// </summary>
public sealed class RawContainer : IContainer
{
    // NTFS allocates sparse files in units of 64 KiB; smaller holes save nothing there.
    private const int HoleSize = 64 << 10;
    internal const int PieceSize = 4 << 20;
    private const int PiecesInMemory = 6;

    /// <inheritdoc/>
    public string Name => "raw";

    /// <inheritdoc/>
    public string Extension => ".img";

    /// <inheritdoc/>
    public LevelRange? Levels => null;

    /// <inheritdoc/>
    public WrittenImage Write(
        TargetView image, string path, ContainerOptions options, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        return Write(image, path, Medium.Of(path), options.KeepsPartial, bytesDone, cancel);
    }

    internal static WrittenImage Write(
        TargetView image, string path, Medium medium, bool goesOn, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        medium.ThrowIfTooLong(path, image.Length);
        long needed = medium.KeepsHoles ? Math.Min(image.Data.TotalBytes, image.Length) : image.Length;
        FreeSpace.ThrowIfLess(path, needed - (goesOn ? BytesIn(path) : 0));
        using OutputWriter file = OutputWriter.Create(path, goesOn, image.Length);
        SparseFile.Allow(file.Handle);
        file.SetLength(image.Length);
        var pieces = new List<RawPiece>();
        string sha256 = Copy(image, file, pieces, bytesDone, cancel);
        file.Flush();
        return new WrittenImage(image.Length, sha256, image.Length) { Proof = new RawProof(pieces, image.Length) };
    }

    PackedReader IContainer.ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options) => new PlainReader(file);

    private static long BytesIn(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = new RawImageFile(path);
        return file.DataRanges().TotalBytes;
    }

    /// <summary>Reads, hashes and writes an image, each on a thread of its own; gives its SHA-256.</summary>
    /// <param name="image">The image.</param>
    /// <param name="file">Gets what is not zero.</param>
    /// <param name="pieces">Gets the checksum of each piece of data.</param>
    /// <param name="bytesDone">Told how many bytes of the image are written.</param>
    /// <param name="cancel">Stops the work.</param>
    private static string Copy(
        TargetView image, OutputWriter file, List<RawPiece> pieces, IProgress<long>? bytesDone, CancellationToken cancel)
    {
        var buffers = new BufferPool(PieceSize);
        using var hash = new ImageHash();
        using var reader = new ForwardReader(image, cancel);
        using var flow = new PieceFlow(PiecesInMemory, threads: 2, cancel);
        Task hashed = Task.CompletedTask, written = Task.CompletedTask;
        flow.Run(() =>
        {
            foreach (Stretch piece in Stretch.Of(image, HoleSize).SelectMany(Pieces))
                Start(piece);
        });
        return hash.Finish();

        void Start(Stretch piece)
        {
            flow.Enter();
            byte[] buffer = piece.IsZeros ? [] : buffers.Take();
            if (!piece.IsZeros)
                reader.Read(piece.Start, buffer.AsSpan(0, (int)piece.Length));
            hashed = flow.Then(hashed, () => Append(hash, piece, buffer, flow.Stop));
            written = flow.Then(written, () =>
            {
                if (!piece.IsZeros)
                {
                    ReadOnlySpan<byte> bytes = buffer.AsSpan(0, (int)piece.Length);
                    pieces.Add(RawPiece.Of(piece.Start, bytes));
                    WriteData(file, piece.Start, bytes);
                }

                bytesDone?.Report(piece.End);
            });
            flow.Leave(() => Return(buffers, buffer), hashed, written);
        }
    }

    private static void Return(BufferPool buffers, byte[] buffer)
    {
        if (buffer.Length > 0)
            buffers.Return(buffer);
    }

    private static void Append(ImageHash hash, Stretch piece, byte[] buffer, CancellationToken stop)
    {
        if (piece.IsZeros)
            hash.AppendZeros(piece.Length, stop);
        else
            hash.Append(buffer.AsSpan(0, (int)piece.Length));
    }

    /// <summary>Cuts data at multiples of the piece size, so that pieces and holes lie on allocation units.</summary>
    private static IEnumerable<Stretch> Pieces(Stretch stretch)
    {
        if (stretch.IsZeros)
        {
            yield return stretch;
            yield break;
        }

        for (long at = stretch.Start; at < stretch.End;)
        {
            long end = Math.Min((at / PieceSize + 1) * PieceSize, stretch.End);
            yield return new Stretch(at, end - at, IsZeros: false);
            at = end;
        }
    }

    /// <summary>Writes what is not zero, in units of <see cref="HoleSize"/>; neighbours go in one call.</summary>
    private static void WriteData(OutputWriter file, long at, ReadOnlySpan<byte> data)
    {
        int from = 0, end = 0; // The run of units that wait to be written.
        while (end < data.Length)
        {
            int unitEnd = (int)Math.Min(HoleSize - (at + end) % HoleSize + end, data.Length);
            if (file.MayHold(at + end) || data[end..unitEnd].ContainsAnyExcept((byte)0))
            {
                end = unitEnd;
                continue;
            }

            if (end > from)
                file.Write(at + from, data[from..end]);
            from = end = unitEnd;
        }

        if (end > from)
            file.Write(at + from, data[from..end]);
    }
}
