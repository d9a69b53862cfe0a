using ImgShrink.Blocks;

namespace ImgShrink.Containers.VirtualDisks;

/// <summary>A disk of a virtual machine that is kept in blocks, some of which are not there and read as zeros.</summary>
internal abstract class VirtualDisk : IImageSource
{
    // 4 TiB in blocks of 1 MiB, and a table of 32 MiB in memory.
    private const long MostBlocks = 4 << 20;

    private readonly long[] _places;

    /// <param name="file">The file; the disk disposes of it.</param>
    /// <param name="length">Length of the disk.</param>
    /// <param name="blockSize">Bytes in a block.</param>
    /// <param name="readPlaces">
    /// Gives the place of every block in the file, in bytes, and a negative number for one that is not there.
    /// </param>
    protected VirtualDisk(RawImageFile file, long length, int blockSize, Func<long, long[]> readPlaces)
    {
        (File, Length, BlockSize) = (file, length, blockSize);
        long blocks = length / blockSize + (length % blockSize == 0 ? 0 : 1);
        if (blocks > MostBlocks)
            throw new UnsupportedImageException(
                $"{file.Path} is a disk of {length} bytes in {blocks} blocks, and {MostBlocks} are taken. {Advice}");
        _places = readPlaces(blocks);
    }

    /// <summary>What to do about a disk that is not taken.</summary>
    public const string Advice = "Convert it first: qemu-img convert -O raw.";

    /// <inheritdoc/>
    public string Path => File.Path;

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public long BytesRead => File.BytesRead;

    protected RawImageFile File { get; }

    protected int BlockSize { get; }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        while (into.Length > 0)
        {
            int offset = (int)(at % BlockSize);
            int count = Math.Min(BlockSize - offset, into.Length);
            long place = _places[at / BlockSize];
            if (place < 0)
                into[..count].Clear();
            else
                ReadInBlock(place, offset, into[..count]);
            at += count;
            into = into[count..];
        }
    }

    /// <inheritdoc/>
    public RangeSet DataRanges()
    {
        var data = new RangeSet();
        for (long block = 0; block < _places.Length; block++)
        {
            if (_places[block] >= 0)
                data.Add(ByteRange.Between(block * BlockSize, Math.Min((block + 1) * BlockSize, Length)));
        }

        return data;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    /// <summary>Reads inside of one block that is there.</summary>
    protected virtual void ReadInBlock(long place, int offset, Span<byte> into) => File.Read(place + offset, into);

    /// <summary>The error for a file that contradicts its format.</summary>
    internal static CorruptImageException Damaged(RawImageFile file, string structure, string place, object found, string expected) =>
        new(new Finding($"{file.Path}: {structure}", place, $"{found}", expected),
            "Copy the file again, or repair it: qemu-img check -r all.");
}
