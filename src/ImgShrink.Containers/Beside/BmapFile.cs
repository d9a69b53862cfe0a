using System.Security.Cryptography;
using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>A <c>.bmap</c> file: which blocks of an image have to be written to a card, and the SHA-256 of each range.</summary>
/// <remarks>
/// <para>Version 2.0, blocks of 4096 bytes, as bmaptool and Raspberry Pi Imager read it. What is not in the map keeps
/// what the card held before, so the map needs everything that anybody may read, zeros too.</para>
/// <para>The map watches the image while it is read to be written (<see cref="Watch"/>); nothing is read twice.</para>
/// </remarks>
public sealed class BmapFile : ISideFile
{
    private const int BlockSize = 4096;

    private readonly List<BlockRange> _ranges = [];
    private RangeHasher? _hasher;
    private long _imageBytes;

    /// <inheritdoc/>
    /// <remarks>bmaptool looks for <c>card.img.bmap</c> beside <c>card.img.zst</c>.</remarks>
    public string PathBeside(string outputPath) => ContainerFormats.WithoutCompression(outputPath) + ".bmap";

    /// <summary>The same image; reading its data, once and in order, fills the map.</summary>
    /// <param name="image">What is going to be written.</param>
    /// <param name="mapped">What has to be on the card; the image's data always is.</param>
    public TargetView Watch(TargetView image, RangeSet mapped)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(mapped);
        var all = new RangeSet();
        all.Add(mapped);
        all.Add(image.Data);
        _imageBytes = image.Length;
        _hasher = new RangeHasher(image.Bytes, Blocks(all, image.Length), _ranges);
        return image with { Bytes = _hasher };
    }

    /// <inheritdoc/>
    public byte[] Content(CompleteOutput output)
    {
        if (_hasher is null)
            throw new InvalidOperationException("A .bmap file has to watch its image.");
        _hasher.Finish();
        string zeros = new('0', 64);
        string map = Text(zeros);
        // The checksum is that of the file with zeros in its place. Spec: bmap 1.4 and 2.0.
        return Encoding.UTF8.GetBytes(Text(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(map)))));
    }

    /// <summary>The set in whole blocks: first block and number of blocks, ascending, not touching.</summary>
    private static IEnumerable<(long First, long Count)> Blocks(RangeSet set, long length)
    {
        long first = 0, end = 0;
        foreach (ByteRange range in set.Ranges())
        {
            if (range.Start >= length)
                break;
            long from = range.Start / BlockSize, to = (Math.Min(range.End, length) + BlockSize - 1) / BlockSize;
            if (from > end && end > first)
                yield return (first, end - first);
            if (from > end || end == first)
                first = from;
            end = to;
        }

        if (end > first)
            yield return (first, end - first);
    }

    private string Text(string checksum)
    {
        var text = new StringBuilder();
        text.Append("<?xml version=\"1.0\" ?>\n");
        text.Append("<!-- Which blocks of an image have to be written. For bmaptool and the like. -->\n");
        text.Append("<bmap version=\"2.0\">\n");
        Field("ImageSize", _imageBytes);
        Field("BlockSize", BlockSize);
        Field("BlocksCount", (_imageBytes + BlockSize - 1) / BlockSize);
        Field("MappedBlocksCount", _ranges.Sum(range => range.Last - range.First + 1));
        text.Append("    <ChecksumType> sha256 </ChecksumType>\n");
        text.Append($"    <BmapFileChecksum> {checksum} </BmapFileChecksum>\n");
        text.Append("    <BlockMap>\n");
        foreach (BlockRange range in _ranges)
            text.Append($"        <Range chksum=\"{range.Sha256}\"> {range.First}{(range.Last > range.First ? $"-{range.Last}" : "")} </Range>\n");
        text.Append("    </BlockMap>\n</bmap>\n");
        return text.ToString();

        void Field(string name, long value) => text.Append($"    <{name}> {value} </{name}>\n");
    }

    /// <summary>A range of blocks; both ends belong to it.</summary>
    private readonly record struct BlockRange(long First, long Last, string Sha256);

    /// <summary>Passes reads on, and takes the SHA-256 of every range on the way; what is not read is zeros.</summary>
    private sealed class RangeHasher : IBlockSource
    {
        private readonly IBlockSource _image;
        private readonly IEnumerator<(long First, long Count)> _blocks;
        private readonly List<BlockRange> _done;
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private ByteRange _range; // The one being hashed; behind the last there is one without length, far away.
        private long _at; // In the image: what comes before it is hashed, or in no range.

        public RangeHasher(IBlockSource image, IEnumerable<(long First, long Count)> blocks, List<BlockRange> done)
        {
            (_image, _blocks, _done) = (image, blocks.GetEnumerator(), done);
            NextRange();
        }

        public long Length => _image.Length;

        public void Read(long at, Span<byte> into)
        {
            if (at < _at)
                throw new InvalidOperationException($"Byte {at} is read again, behind byte {_at}.");
            _image.Read(at, into);
            SkipTo(at);
            Take(into);
        }

        /// <summary>Takes everything behind the last read as zeros.</summary>
        public void Finish() => SkipTo(Length);

        private void SkipTo(long at)
        {
            while (_at < at)
            {
                if (_at < _range.Start)
                {
                    _at = Math.Min(at, _range.Start);
                    continue;
                }

                foreach (ReadOnlyMemory<byte> zeros in ZeroRun.Of(Math.Min(at, _range.End) - _at, CancellationToken.None))
                    Take(zeros.Span);
            }
        }

        private void Take(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                // Data lies in ranges always, so only zeros are ever outside of one.
                int count = (int)Math.Min(bytes.Length, _range.End - _at);
                _hash.AppendData(bytes[..count]);
                bytes = bytes[count..];
                _at += count;
                if (_at == _range.End)
                {
                    _done.Add(new BlockRange(
                        _range.Start / BlockSize, (_range.End - 1) / BlockSize, Convert.ToHexStringLower(_hash.GetHashAndReset())));
                    NextRange();
                }
            }
        }

        private void NextRange() => _range = _blocks.MoveNext()
            ? ByteRange.Between(_blocks.Current.First * BlockSize, Math.Min((_blocks.Current.First + _blocks.Current.Count) * BlockSize, Length))
            : new ByteRange(long.MaxValue, 0);
    }
}
