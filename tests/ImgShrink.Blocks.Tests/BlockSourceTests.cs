using ImgShrink.Testing;

namespace ImgShrink.Blocks.Tests;

public class MemoryStoreReadTests : BlockSourceContract
{
    protected override (IBlockSource Source, byte[] Content) Make() => (new MemoryStore(Random()), Random());
}

public class ZeroSourceTests : BlockSourceContract
{
    [Fact]
    public void It_is_one_hole() => Assert.True(new ZeroSource(1L << 40).DataRanges().IsEmpty);

    protected override (IBlockSource Source, byte[] Content) Make() => (new ZeroSource(ContentLength), new byte[ContentLength]);
}

public class BlockWindowTests : BlockSourceContract
{
    [Theory]
    [InlineData(-1, 10)]
    [InlineData(0, 101)]
    [InlineData(100, 1)]
    [InlineData(50, -1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, long.MaxValue)]
    public void A_window_outside_of_its_source_is_refused(long start, long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockWindow(new ZeroSource(100), new ByteRange(start, length)));

    protected override (IBlockSource Source, byte[] Content) Make()
    {
        const int Start = 1000;
        byte[] all = Random(Start + ContentLength + 5000);
        return (new BlockWindow(new MemoryStore(all), new ByteRange(Start, ContentLength)), all[Start..(Start + ContentLength)]);
    }
}

public class ComposedSourceTests : BlockSourceContract
{
    [Fact]
    public void Pieces_must_come_in_order_and_fit()
    {
        var composed = new ComposedSource(100);
        composed.Append(10, new ZeroSource(20));
        Assert.Throws<ArgumentOutOfRangeException>(() => composed.Append(29, new ZeroSource(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => composed.Append(90, new ZeroSource(11)));
        composed.Append(30, new ZeroSource(70));
    }

    /// <summary>A gap in front, pieces that touch, a piece of one byte, an empty piece, a gap in the middle and at the end.</summary>
    protected override (IBlockSource Source, byte[] Content) Make()
    {
        byte[] bytes = Random();
        var content = new byte[ContentLength];
        var composed = new ComposedSource(ContentLength);
        foreach (var (start, end) in ((int, int)[])[(511, 4096), (4096, 4097), (4097, 4097), (5000, 8192), (8192, ContentLength - 100)])
        {
            composed.Append(start, new MemoryStore(bytes[start..end]));
            bytes.AsSpan(start, end - start).CopyTo(content.AsSpan(start));
        }

        return (composed, content);
    }
}

public class EmptyComposedSourceTests : BlockSourceContract
{
    protected override (IBlockSource Source, byte[] Content) Make() => (new ComposedSource(ContentLength), new byte[ContentLength]);
}

public sealed class RawImageFileReadTests : BlockSourceContract
{
    private readonly TempFolder _folder = new();
    private RawImageFile? _file;

    public override void Dispose()
    {
        _file?.Dispose();
        _folder.Dispose();
        base.Dispose();
    }

    protected override (IBlockSource Source, byte[] Content) Make()
    {
        File.WriteAllBytes(_folder["image"], Random());
        return (_file = new RawImageFile(_folder["image"]), Random());
    }
}

public class SmallReadCacheTests : BlockSourceContract
{
    protected override (IBlockSource Source, byte[] Content) Make() => (new ReadCache(new MemoryStore(Random()), 1), Random());
}

public class LargeReadCacheTests : BlockSourceContract
{
    [Fact]
    public void What_was_read_is_not_read_again()
    {
        var medium = new CountingSource(new MemoryStore(Random()));
        var cache = new ReadCache(medium, 2 * ReadCache.PageSize);
        Span<byte> into = stackalloc byte[100];
        cache.Read(10, into);
        cache.Read(3900, into);
        cache.Read(4050, into); // Reaches into the second page.
        Assert.Equal(2, medium.Reads);
        cache.Read(8192, into); // The first page is the oldest now.
        cache.Read(4096, into);
        Assert.Equal(3, medium.Reads);
        cache.Read(0, into);
        Assert.Equal(4, medium.Reads);
    }

    [Fact]
    public void Long_reads_push_nothing_out()
    {
        var medium = new CountingSource(new MemoryStore(Random()));
        var cache = new ReadCache(medium, ReadCache.PageSize);
        cache.Read(0, new byte[100]);
        cache.Read(0, new byte[ContentLength]);
        cache.Read(100, new byte[100]);
        Assert.Equal(2, medium.Reads);
    }

    [Fact]
    public void Nothing_is_kept_of_content()
    {
        var medium = new CountingSource(new MemoryStore(Random()));
        var cache = new ReadCache(medium, ReadCache.PageSize);
        byte[] before = new byte[100], after = new byte[100];
        cache.Read(7, before);
        cache.PassThrough();
        cache.Read(7, after);
        cache.Read(7, after);
        Assert.Equal(before, after);
        Assert.Equal(3, medium.Reads);
    }

    protected override (IBlockSource Source, byte[] Content) Make() => (new ReadCache(new MemoryStore(Random()), 1 << 20), Random());

    private sealed class CountingSource(IBlockSource source) : IBlockSource
    {
        public int Reads { get; private set; }

        public long Length => source.Length;

        public void Read(long at, Span<byte> into)
        {
            Reads++;
            source.Read(at, into);
        }
    }
}

public class RelocatedSourceTests : BlockSourceContract
{
    /// <summary>Blocks of 512 bytes of a longer source: some in place, some from behind, some swapped, some dead.</summary>
    protected override (IBlockSource Source, byte[] Content) Make()
    {
        const int BlockSize = 512, Blocks = 40, SourceBlocks = 100;
        byte[] source = Random(SourceBlocks * BlockSize);
        var map = new RelocationMap([new(60, 3, 5), new(99, 8, 1), new(10, 20, 2), new(20, 10, 2), new(70, 30, 10)]);
        bool[] live = [.. Enumerable.Range(0, Blocks).Select(block => block % 7 != 4 && block is not (31 or 39))];
        var content = new byte[Blocks * BlockSize];
        for (int block = 0; block < Blocks; block++)
        {
            int from = block switch
            {
                >= 3 and < 8 => block + 57,
                8 => 99,
                20 or 21 => block - 10,
                10 or 11 => block + 10,
                >= 30 and < 40 => block + 40,
                _ => block,
            };
            if (live[block])
                source.AsSpan(from * BlockSize, BlockSize).CopyTo(content.AsSpan(block * BlockSize));
        }

        return (new RelocatedSource(new MemoryStore(source), map, new LiveBlocks(live), BlockSize, Blocks), content);
    }

    private sealed class LiveBlocks(bool[] live) : ILiveBlocks
    {
        public (bool IsLive, long Count) RunAt(long block, long limit)
        {
            long end = block + 1;
            while (end < block + limit && live[end] == live[block])
                end++;
            return (live[block], end - block);
        }
    }
}
