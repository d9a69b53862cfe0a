using System.Security.Cryptography;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

/// <summary>An image in memory, whose data ranges say what may be read of it; a read outside of them fails the test.</summary>
internal sealed class GuardedSource(byte[] bytes, RangeSet data) : IBlockSource
{
    public long Length => bytes.Length;

    public int Reads { get; private set; }

    /// <summary>The read that fails, counted from 1; 0 for none.</summary>
    public int FailAtRead { get; init; }

    public Action? OnRead { get; init; }

    public void Read(long at, Span<byte> into)
    {
        Reads++;
        OnRead?.Invoke();
        if (Reads == FailAtRead)
            throw new AccessException($"read {Reads} fails");
        if (!data.Contains(at) || !data.Contains(at + into.Length - 1))
            throw new InvalidOperationException($"{at}..{at + into.Length} was read, and holds no data");
        bytes.AsSpan((int)at, into.Length).CopyTo(into);
    }
}

/// <summary>Images of every shape that containers treat differently.</summary>
internal static class TestImages
{
    private const int KiB = 1 << 10, MiB = 1 << 20;

    private static readonly Dictionary<string, Func<byte[]>> Makers = new()
    {
        ["empty"] = () => [],
        ["one byte"] = () => [7],
        ["one zero"] = () => [0],
        ["sixteen"] = () => Noise.Bytes(1, 16),
        ["odd length"] = () => Noise.Bytes(2, 70_001),
        ["all zeros, short"] = () => new byte[1000],
        ["all zeros, one block and a byte"] = () => new byte[128 * KiB + 1],
        ["all zeros, long and odd"] = () => new byte[40 * MiB + 3],
        ["all ones"] = () => Filled(18 * MiB, 255),
        ["zeros first"] = () => Sparse(9 * MiB, (8 * MiB, 1 * MiB)),
        ["data first"] = () => Sparse(9 * MiB + 5, (0, 1 * MiB)),
        ["gap just long enough"] = () => Sparse(2 * MiB, (0, 512 * KiB), (768 * KiB, 512 * KiB)),
        ["gap just too short"] = () => Sparse(2 * MiB, (0, 512 * KiB), (768 * KiB - 512, 512 * KiB)),
        ["islands"] = () => Sparse(12 * MiB, [.. Enumerable.Range(0, 24).Select(i => (i * 512 * KiB, 512 + i * 512))]),
        ["tail shorter than a gap"] = () => Sparse(1 * MiB + 77, (512, 1 * MiB - 512)),
        ["noise without a place to cut"] = () => Noise.Bytes(3, 45 * MiB + 11),
        ["noise, then a place to cut"] = () => With(Noise.Bytes(4, 48 * MiB), (22 * MiB, 17, 5), (30 * MiB, 16, 6)),
        ["cut in the first place"] = () => With(Noise.Bytes(5, 20 * MiB), (16 * MiB, 17, 9)),
        ["cut at the very end"] = () => With(Noise.Bytes(6, 16 * MiB + 17), (16 * MiB, 17, 0)),
        ["cut over the edge of a read"] = () => With(Noise.Bytes(7, 20 * MiB), (17 * MiB - 8, 17, 200)),
        ["cut, then a gap"] = () => With(Sparse(20 * MiB, (0, 17 * MiB)), (17 * MiB - 17, 17, 3)),
        ["text"] = () => Words(8, 50 * MiB),
        ["text without a gap or a run"] = () => Words(9, 26 * MiB, pageSlack: false),
        ["repeats at 1, 4 and 8"] = () => Repeats(40 * MiB),
    };

    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>Those that differ in their length and in where they are zeros; the first of them are small.</summary>
    public static IEnumerable<string> NamesOfShapes => Names.Take(8).Concat(
        ["zeros first", "data first", "gap just long enough", "gap just too short", "islands", "tail shorter than a gap", "text"]);

    public static byte[] Make(string name) => Makers[name]();

    /// <summary>The view of an image whose data is all that is not zero, in sectors.</summary>
    public static TargetView View(byte[] bytes, int failAtRead = 0, Action? onRead = null)
    {
        var data = new RangeSet();
        for (int at = 0; at < bytes.Length; at += RangeSet.SectorSize)
        {
            int count = Math.Min(RangeSet.SectorSize, bytes.Length - at);
            if (bytes.AsSpan(at, count).ContainsAnyExcept((byte)0))
                data.Add(new ByteRange(at, count));
        }

        return View(bytes, data, failAtRead, onRead);
    }

    public static TargetView View(byte[] bytes, RangeSet data, int failAtRead = 0, Action? onRead = null) =>
        new(new GuardedSource(bytes, data) { FailAtRead = failAtRead, OnRead = onRead }, data);

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>An image of random ranges with random sorts of content; some data is zero, and what is no data is.</summary>
    public static (byte[] Bytes, RangeSet Data) Random(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[random.Next(1, 40 * MiB)];
        var data = new RangeSet();
        for (int at = 0; at < bytes.Length;)
        {
            int sectors = random.Next(4) switch
            {
                0 => random.Next(1, 40), 1 => random.Next(1, 600), 2 => random.Next(400, 4000), _ => random.Next(1, 50_000),
            };
            int length = Math.Min(sectors * RangeSet.SectorSize, bytes.Length - at);
            Span<byte> part = bytes.AsSpan(at, length);
            int sort = random.Next(7);
            if (sort > 1)
                data.Add(new ByteRange(at, length));
            if (sort == 2)
                Noise.Bytes(random.Next(), length).CopyTo(part);
            else if (sort == 3)
                Words(random.Next(), length).CopyTo(part);
            else if (sort == 4)
                part.Fill((byte)random.Next(256));
            else if (sort == 5)
                Repeats(length).CopyTo(part);
            at += length;
        }

        return (bytes, data);
    }

    private static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    private static byte[] Sparse(int length, params (int At, int Count)[] data)
    {
        var bytes = new byte[length];
        foreach (var (at, count) in data)
            Noise.Bytes(at + count, count).CopyTo(bytes, at);
        return bytes;
    }

    private static byte[] With(byte[] bytes, params (int At, int Count, byte Value)[] runs)
    {
        foreach (var (at, count, value) in runs)
        {
            bytes.AsSpan(at, count).Fill(value);
            if (at + count < bytes.Length)
                bytes[at + count] = (byte)(value ^ 0xFF);
            bytes[at - 1] = (byte)(value ^ 0xFF);
        }

        return bytes;
    }

    /// <summary>Words at random, in pages that end with zeros like a file system's blocks: full of repeat offsets.</summary>
    private static byte[] Words(int seed, int length, bool pageSlack = true)
    {
        var random = new Random(seed);
        byte[][] words = [.. Enumerable.Range(0, 500).Select(i => Noise.Bytes(seed + i, 3 + i % 13))];
        var bytes = new byte[length];
        for (int at = 0; at < length;)
        {
            byte[] word = words[(int)(words.Length * random.NextDouble() * random.NextDouble())];
            int count = Math.Min(word.Length, length - at);
            word.AsSpan(0, count).CopyTo(bytes.AsSpan(at));
            at += count;
            if (pageSlack && random.Next(600) == 0)
                at = (at / 4096 + 1) * 4096;
        }

        return bytes;
    }

    /// <summary>Content that starts matching at once with the offsets a frame starts with, wherever it is cut.</summary>
    private static byte[] Repeats(int length)
    {
        var random = new Random(length);
        var bytes = Noise.Bytes(length, length);
        for (int at = 8; at + 64 < length;)
        {
            int offset = random.Next(3) switch { 0 => 1, 1 => 4, _ => 8 };
            int count = random.Next(3, 40);
            for (int i = at; i < at + count; i++)
                bytes[i] = bytes[i - offset];
            at += count + random.Next(3);
        }

        return bytes;
    }
}
