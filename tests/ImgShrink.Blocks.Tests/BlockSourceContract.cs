using ImgShrink.Testing;

namespace ImgShrink.Blocks.Tests;

/// <summary>What every <see cref="IBlockSource"/> promises, checked against a plain array; one subclass an implementation.</summary>
public abstract class BlockSourceContract : IDisposable
{
    /// <summary>Odd on purpose: neither a whole number of sectors nor of pages.</summary>
    protected const int ContentLength = 4 * 4096 + 777;

    private const int Seed = 20260722;
    private const byte Guard = 0xA5;
    private const int Threads = 4;

    private (IBlockSource Source, byte[] Content)? _made;

    private IBlockSource Source => Made.Source;

    private byte[] Content => Made.Content;

    private (IBlockSource Source, byte[] Content) Made => _made ??= Make();

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The source, and all the bytes it has to give.</summary>
    protected abstract (IBlockSource Source, byte[] Content) Make();

    [Fact]
    public void The_length_is_that_of_the_content() => Assert.Equal(Content.Length, Source.Length);

    [Fact]
    public void Reads_between_any_two_places_near_boundaries_are_exact()
    {
        int[] places = [.. new[] { 0, 512, 1024, 4096, 8192, 3 * 4096, 4 * 4096, Content.Length / 2, Content.Length }
            .SelectMany(boundary => Enumerable.Range(boundary - 2, 5))
            .Where(place => place >= 0 && place <= Content.Length)
            .Distinct()];
        foreach (int start in places)
        {
            foreach (int end in places.Where(end => end >= start))
                ExpectExact(start, end - start);
        }
    }

    [Fact]
    public void Random_reads_are_exact()
    {
        var chance = new Random(Seed);
        for (int i = 0; i < 1000; i++)
        {
            int start = chance.Next(Content.Length + 1);
            ExpectExact(start, chance.Next(Content.Length - start + 1));
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-1, 0)]
    [InlineData(long.MinValue, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MaxValue, 0)]
    public void Reads_at_impossible_places_are_refused(long at, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Source.Read(at, new byte[count]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 2)]
    [InlineData(-4096, 4097)]
    [InlineData(1, 0)]
    public void Reads_over_the_end_are_refused(int fromEnd, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Source.Read(Source.Length + fromEnd, new byte[count]));

    [Fact]
    public async Task Reads_from_several_threads_are_exact()
    {
        _ = Made;
        // Threads of their own, and begun together: the pool might run all of them one after the other.
        using var begin = new Barrier(Threads);
        Task[] readers = [.. Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () => Read(new Random(Seed + thread)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(readers);

        void Read(Random chance)
        {
            begin.SignalAndWait();
            for (int i = 0; i < 2000; i++)
            {
                int start = chance.Next(Content.Length);
                ExpectExact(start, chance.Next(Math.Min(6000, Content.Length - start)));
            }
        }
    }

    /// <summary>A read gives the content, and touches nothing around the span it was given.</summary>
    private void ExpectExact(int start, int count)
    {
        var into = new byte[count + 2];
        into.AsSpan().Fill(Guard);
        Source.Read(start, into.AsSpan(1, count));
        bool same = into.AsSpan(1, count).SequenceEqual(Content.AsSpan(start, count));
        Assert.True(same, $"Bytes {start}..{start + count} are not those of the content.");
        Assert.True(into[0] == Guard && into[^1] == Guard, $"The read of {start}..{start + count} wrote outside of its span.");
    }

    /// <summary>Content without two equal neighbours of any size, the same in every run.</summary>
    protected static byte[] Random(int count = ContentLength) => Noise.Bytes(Seed, count);
}
