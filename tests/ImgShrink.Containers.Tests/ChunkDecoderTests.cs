using ImgShrink.Blocks;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers.Tests;

/// <summary>What was compressed is decoded again at once; here it is damaged in between.</summary>
public class ChunkDecoderTests
{
    private static readonly byte[] Content = TestImages.Make("islands");

    private static readonly ChunkLimits Limits = ChunkLimits.At(level: 9);

    private readonly byte[] _blocks = new byte[ChunkCompressor.OutputSize(Limits)];

    [Fact]
    public void Chunk_decodes_to_its_content()
    {
        var (start, end) = Compress(Content);
        Prove(start, end, Content);
    }

    [Fact]
    public void Chunk_of_several_pieces_decodes_piece_by_piece()
    {
        using var compressor = new ChunkCompressor(level: 9, proves: true);
        for (int piece = 0; piece < 3; piece++)
            compressor.Compress(Noise.Bytes(piece, 3_000_000), _blocks, starts: piece == 0, ends: piece == 2, default);
    }

    [Fact]
    public void Other_content_is_found()
    {
        var (start, end) = Compress(Content);
        byte[] other = [.. Content];
        other[^1] ^= 1;
        Fails("decodes to other bytes", start, end, other);
        Fails("", start, end, [.. Content, 0]);
        Fails("", start, end, Content[..^1]);
    }

    [Fact]
    public void Blocks_that_end_too_early_are_found()
    {
        var (start, end) = Compress(Content);
        Fails("", start, end - 1, Content);
        _blocks[BlockHeader.FindLast(_blocks.AsSpan(0, end), start)] |= 1; // Last_Block
        Fails("", start, end, Content);
    }

    [Fact]
    public void Every_damaged_byte_is_found()
    {
        byte[] content = Noise.Bytes(5, 2000);
        var (start, end) = Compress(content);
        for (int at = start; at < end; at++)
        {
            _blocks[at] ^= 0x10;
            Fails("", start, end, content);
            _blocks[at] ^= 0x10;
        }

        Prove(start, end, content);
    }

    private (int Start, int End) Compress(byte[] content)
    {
        using var compressor = new ChunkCompressor(level: 9, proves: false);
        return compressor.Compress(content, _blocks, starts: true, ends: true, default);
    }

    private void Fails(string how, int start, int end, byte[] content) =>
        Assert.Contains(how, Assert.Throws<VerificationException>(() => Prove(start, end, content)).Message);

    private void Prove(int start, int end, byte[] content)
    {
        using var decoder = new ChunkDecoder(Limits.Buffer);
        decoder.Prove((byte[])[.. _blocks], start, end, content, starts: true, ends: true);
    }
}
