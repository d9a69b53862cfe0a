using ImgShrink.Blocks;

namespace ImgShrink.Containers.Unpacking;

/// <summary>A packed image, unpacked once into a scratch file so that it can be read at any place.</summary>
internal sealed class UnpackedImage : IImageSource
{
    /// <summary>The longest image that is taken, in bytes: more than cards have, and a scratch file must end somewhere.</summary>
    public const long LongestImage = 4L << 40;

    private const int PieceSize = 4 << 20;
    private const int PiecesInMemory = 4;
    private const int PageSize = 4096;

    private readonly RawImageFile _packed;
    private readonly ScratchFile _scratch;
    private readonly RangeSet _data;

    private UnpackedImage(RawImageFile packed, ScratchFile scratch, RangeSet data, long length) =>
        (_packed, _scratch, _data, Length) = (packed, scratch, data, length);

    /// <inheritdoc/>
    public string Path => _packed.Path;

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    /// <remarks>Those of the packed file; the scratch file does not count.</remarks>
    public long BytesRead => _packed.BytesRead;

    /// <summary>Unpacks an image.</summary>
    /// <param name="packed">The packed file; the result disposes of it.</param>
    /// <param name="reader">Decodes it; it is done with afterwards.</param>
    /// <param name="options">Where to, and whom to tell.</param>
    /// <param name="cancel">Stops the work; nothing is left.</param>
    public static UnpackedImage Unpack(
        RawImageFile packed, PackedReader reader, UnpackOptions options, CancellationToken cancel)
    {
        string purpose = $"Unpacking {packed.Path}";
        RequireSensible(packed, reader.LeastImageBytes);
        var scratch = ScratchFile.Create(options.Folder, purpose, options.Room);
        try
        {
            var data = new RangeSet();
            long length = Fill(scratch, data, packed, reader, options, cancel);
            scratch.SetLength(length);
            return new UnpackedImage(packed, scratch, data, length);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        _scratch.Read(at, into);
    }

    /// <inheritdoc/>
    public RangeSet DataRanges()
    {
        var copy = new RangeSet();
        copy.Add(_data);
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scratch.Dispose();
        _packed.Dispose();
    }

    /// <summary>Decodes on this thread, and writes on another; gives the image's length.</summary>
    private static long Fill(
        ScratchFile scratch, RangeSet data, RawImageFile packed, PackedReader reader, UnpackOptions options,
        CancellationToken cancel)
    {
        var buffers = new BufferPool(PieceSize);
        using var flow = new PieceFlow(PiecesInMemory, threads: 1, cancel);
        Task written = Task.CompletedTask;
        long length = 0;
        flow.Run(() =>
        {
            while (StartPiece() == PieceSize)
            {
            }
        });
        return length;

        int StartPiece()
        {
            flow.Enter();
            byte[] buffer = buffers.Take();
            int count = reader.Read(buffer.AsSpan(0, PieceSize));
            long at = length;
            length += count;
            RequireSensible(packed, length);
            if (at == 0)
            {
                options.LookAtHead?.Invoke(buffer.AsMemory(0, count), Math.Max(length, reader.LeastImageBytes));
                scratch.SetLength(Math.Max(length, reader.LeastImageBytes));
            }

            written = flow.Then(written, () => WriteData(scratch, data, at, buffer.AsSpan(0, count)));
            flow.Leave(() => buffers.Return(buffer), written);
            options.Progress?.Report(reader.FileBytesDone);
            return count;
        }
    }

    /// <summary>Writes the pages that are not zero; neighbours go in one call.</summary>
    private static void WriteData(ScratchFile scratch, RangeSet data, long at, ReadOnlySpan<byte> piece)
    {
        for (int page = 0; page < piece.Length; page += PageSize)
        {
            int start = page;
            while (page < piece.Length && piece[page..Math.Min(page + PageSize, piece.Length)].ContainsAnyExcept((byte)0))
                page += PageSize;
            int end = Math.Min(page, piece.Length);
            if (end == start)
                continue;
            scratch.Write(at + start, piece[start..end]);
            data.Add(ByteRange.Between(at + start, at + end));
        }
    }

    private static void RequireSensible(RawImageFile packed, long imageBytes)
    {
        if (imageBytes > LongestImage)
            throw new NotEnoughSpaceException(
                $"{packed.Path} unpacks to an image of more than {LongestImage >> 40} TiB, which is more than a card can have.");
    }
}
