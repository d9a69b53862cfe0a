using System.IO.Compression;
using ImgShrink.Blocks;

namespace ImgShrink.Cli.Picture;

/// <summary>Writes a picture as PNG: true colour, 8 bits a channel. Spec: PNG third edition, sections 5 and 11.</summary>
internal static class PngFile
{
    private const int Channels = 3;
    private const int TypeBytes = 4, LengthBytes = 4, CrcBytes = 4;

    // Twice as many dots as pixels: sharp on today's screens, and thin lines stay thin.
    private const int Scale = 2;

    /// <summary>The whole file.</summary>
    public static byte[] Bytes(MapPicture picture)
    {
        var canvas = new Canvas((int)(MapPicture.Width * Scale), (int)(picture.Height * Scale));
        foreach (Shape shape in picture.Shapes)
            Draw(shape, canvas);
        var header = new byte[13];
        Be.Put32(header, 0, (uint)canvas.Width);
        Be.Put32(header, 4, (uint)canvas.Height);
        header[8] = 8; // bit depth
        header[9] = 2; // colour type: truecolour
        return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, Packed(canvas)), .. Chunk("IEND"u8, [])];
    }

    private static void Draw(Shape shape, Canvas canvas)
    {
        switch (shape)
        {
            case Box box:
                canvas.Fill(Dots(box.X), Dots(box.Y), Dots(box.X + box.Width), Dots(box.Y + box.Height), box.Fill);
                break;
            case Words words:
                int dot = (int)Math.Round(words.Size / 6);
                int top = Dots(words.Y) - DotFont.Rows * dot;
                foreach (var (x, y) in DotFont.Dots(words.Text))
                {
                    int left = Dots(words.X) + x * dot;
                    canvas.Fill(left, top + y * dot, left + dot, top + (y + 1) * dot, words.Fill);
                }

                break;
        }
    }

    private static int Dots(double pixels) => (int)Math.Round(pixels * Scale);

    private static byte[] Packed(Canvas canvas)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < canvas.Height; row++)
            {
                zlib.WriteByte(0); // filter type: none
                zlib.Write(canvas.Row(row));
            }
        }

        return packed.ToArray();
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[LengthBytes + TypeBytes + data.Length + CrcBytes];
        Be.Put32(chunk, 0, (uint)data.Length);
        type.CopyTo(chunk.AsSpan(LengthBytes));
        data.CopyTo(chunk.AsSpan(LengthBytes + TypeBytes));
        Be.Put32(chunk, chunk.Length - CrcBytes, Crc32.Of(chunk.AsSpan(LengthBytes..^CrcBytes)));
        return chunk;
    }

    /// <summary>Rows of dots, white at first; what is drawn beside them is cut off.</summary>
    private sealed class Canvas
    {
        private readonly byte[] _bytes;

        public Canvas(int width, int height)
        {
            (Width, Height) = (width, height);
            _bytes = new byte[width * height * Channels];
            _bytes.AsSpan().Fill(byte.MaxValue);
        }

        public int Width { get; }

        public int Height { get; }

        public ReadOnlySpan<byte> Row(int row) => _bytes.AsSpan(row * Width * Channels, Width * Channels);

        public void Fill(int left, int top, int right, int bottom, Rgb color)
        {
            for (int y = Math.Max(top, 0); y < Math.Min(bottom, Height); y++)
            {
                for (int x = Math.Max(left, 0); x < Math.Min(right, Width); x++)
                    ((ReadOnlySpan<byte>)[color.Red, color.Green, color.Blue]).CopyTo(_bytes.AsSpan((y * Width + x) * Channels));
            }
        }
    }
}
