using ImgShrink.Blocks;

namespace ImgShrink.Containers.Unpacking;

/// <summary>A source as a stream that can be read, for libraries that take nothing else.</summary>
internal sealed class SourceStream(IBlockSource source) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Clamp(Length - Position, 0, buffer.Length);
        source.Read(Math.Min(Position, Length), buffer[..count]);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };
        return Position = target >= 0 ? target : throw new IOException($"Byte {target} is before the start.");
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
