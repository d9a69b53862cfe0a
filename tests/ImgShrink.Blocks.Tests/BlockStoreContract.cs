using ImgShrink.Testing;

namespace ImgShrink.Blocks.Tests;

/// <summary>What every <see cref="IBlockStore"/> promises beyond reading; one subclass an implementation.</summary>
public abstract class BlockStoreContract : BlockSourceContract
{
    private const int Seed = 4711;

    protected abstract IBlockStore MakeStore(byte[] content);

    protected override (IBlockSource Source, byte[] Content) Make()
    {
        // Reads of a store that has been written to here and there.
        byte[] content = Random();
        IBlockStore store = MakeStore([.. content]);
        foreach (var (start, count) in ((int, int)[])[(1, 1), (511, 2), (4000, 200), (8192, 4096), (ContentLength - 1, 1)])
        {
            byte[] edit = Noise.Bytes(start, count);
            store.Write(start, edit);
            edit.CopyTo(content, start);
        }

        return (store, content);
    }

    [Fact]
    public void A_read_gives_what_was_written_last()
    {
        byte[] model = Random();
        IBlockStore store = MakeStore([.. model]);
        var chance = new Random(Seed);
        for (int i = 0; i < 400; i++)
        {
            int start = chance.Next(ContentLength);
            var edit = new byte[chance.Next(Math.Min(i % 10 == 0 ? 9000 : 700, ContentLength - start) + 1)];
            chance.NextBytes(edit);
            store.Write(start, edit);
            edit.CopyTo(model, start);
            Assert.True(store.ReadBytes(0, ContentLength).AsSpan().SequenceEqual(model), $"After write {i} of {edit.Length} bytes at {start}.");
        }
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(ContentLength, 1)]
    [InlineData(ContentLength - 1, 2)]
    [InlineData(long.MaxValue, 1)]
    public void Writes_outside_are_refused_and_change_nothing(long at, int count)
    {
        IBlockStore store = MakeStore(Random());
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Write(at, new byte[count]));
        Assert.Equal(Random(), store.ReadBytes(0, ContentLength));
    }
}
