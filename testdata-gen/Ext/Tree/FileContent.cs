using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.SampleCards.Ext.Tree;

/// <summary>What is in a sample file; made page by page when it is written, never kept.</summary>
internal abstract class FileContent(long length)
{
    /// <summary>Bytes in a page, the unit in which content is made.</summary>
    public const int PageSize = 4096;

    /// <summary>Bytes in the file.</summary>
    public long Length { get; } = length;

    /// <summary>
    /// The ranges that are stored; the rest of the file are holes. Every start is a multiple of
    /// <see cref="PageSize"/>.
    /// </summary>
    public virtual IEnumerable<ByteRange> Stored => Length > 0 ? [new ByteRange(0, Length)] : [];

    /// <summary>Fills <paramref name="into"/> with the content from <paramref name="at"/> on.</summary>
    /// <param name="at">A multiple of <see cref="PageSize"/>.</param>
    /// <param name="into">Where to; it may not reach beyond the end of the file.</param>
    public void Read(long at, Span<byte> into)
    {
        Span<byte> page = stackalloc byte[PageSize];
        for (long number = at / PageSize; into.Length > 0; number++)
        {
            int count = Math.Min(PageSize, into.Length);
            if (count == PageSize)
                MakePage(number, into[..PageSize]);
            else
                MakePage(number, page);
            if (count < PageSize)
                page[..count].CopyTo(into);
            into = into[count..];
        }
    }

    /// <summary>Makes one page; behind the end of the file it may hold anything.</summary>
    protected abstract void MakePage(long number, Span<byte> page);
}

/// <summary>Content that is given.</summary>
internal sealed class LiteralContent(byte[] bytes) : FileContent(bytes.Length)
{
    public LiteralContent(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    protected override void MakePage(long number, Span<byte> page)
    {
        page.Clear();
        int at = (int)(number * PageSize);
        bytes.AsSpan(at, Math.Min(PageSize, bytes.Length - at)).CopyTo(page);
    }
}

/// <summary>Content that no codec makes smaller: photos, music, archives.</summary>
internal sealed class NoiseContent(ulong seed, long length) : FileContent(length)
{
    protected override void MakePage(long number, Span<byte> page) => Noise.Fill(seed, number, page);
}

/// <summary>Lines of words, as in logs and scripts; codecs make a quarter of it.</summary>
internal sealed class TextContent(ulong seed, long length) : FileContent(length)
{
    protected override void MakePage(long number, Span<byte> page) => Prose.Fill(seed, number, page);
}

/// <summary>A program or library: a header, then pages that are partly dense, partly text, partly zeros.</summary>
internal sealed class ProgramContent(ulong seed, long length) : FileContent(length)
{
    private static readonly byte[] s_header = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 3, 0, 0xB7, 0];

    protected override void MakePage(long number, Span<byte> page)
    {
        page.Clear();
        switch (number % 8)
        {
            case 7:
                break;
            case 5 or 6:
                Prose.Fill(seed, number, page);
                break;
            default:
                Noise.Fill(seed, number, page[..(PageSize / 2)]);
                break;
        }

        if (number == 0)
            s_header.CopyTo(page);
    }
}

/// <summary>A file of mostly holes, such as a database or a disk image: islands of data, a few pages each.</summary>
/// <remarks>There are more islands than an inode has room for extents, so the file always has an extent tree.</remarks>
internal sealed class SparseContent(ulong seed, long length) : FileContent(length)
{
    public override IEnumerable<ByteRange> Stored
    {
        get
        {
            const int islands = 12;
            long step = Length / islands / PageSize * PageSize;
            long last = (Length - 1) / PageSize * PageSize;
            for (int i = 0; i < islands; i++)
                yield return new ByteRange(i * step, Math.Min((i % 3 + 1) * PageSize, step - PageSize));
            yield return ByteRange.Between(last, Length);
        }
    }

    protected override void MakePage(long number, Span<byte> page) => Noise.Fill(seed, number, page);
}
