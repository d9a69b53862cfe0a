using System.Numerics;
using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.SampleCards.Ext;

/// <summary>The hash by which the index of a directory finds a name.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Hash Tree Directories"; the half of MD4 that ext4 uses.</remarks>
internal static class NameHash
{
    private const int ChunkBytes = 32;
    private static readonly uint[] s_initial = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476];
    private static readonly Round[] s_rounds =
    [
        new(0, [0, 1, 2, 3, 4, 5, 6, 7], [3, 7, 11, 19], static (x, y, z) => z ^ x & (y ^ z)),
        new(0x5A827999, [1, 3, 5, 7, 0, 2, 4, 6], [3, 5, 9, 13], static (x, y, z) => unchecked((x & y) + ((x ^ y) & z))),
        new(0x6ED9EBA1, [3, 7, 2, 6, 1, 5, 0, 4], [3, 9, 11, 15], static (x, y, z) => x ^ y ^ z),
    ];

    /// <summary>The hash of a name with signed characters; bit 0 is always clear.</summary>
    /// <param name="name">The name as it stands in the directory.</param>
    /// <param name="seed">s_hash_seed, 16 bytes; all zeros stand for MD4's own start.</param>
    public static uint HalfMd4(string name, ReadOnlySpan<byte> seed)
    {
        Span<uint> state = stackalloc uint[4];
        Span<uint> words = stackalloc uint[ChunkBytes / 4];
        bool seeded = seed.ContainsAnyExcept((byte)0);
        for (int i = 0; i < 4; i++)
            state[i] = seeded ? Le.U32(seed, 4 * i) : s_initial[i];

        for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(name); rest.Length > 0; rest = rest[Math.Min(ChunkBytes, rest.Length)..])
        {
            Pack(rest, words);
            Transform(state, words);
        }

        uint hash = state[1] & ~1u;
        return hash == 0xFFFFFFFE ? 0xFFFFFFFC : hash; // The highest value means the end of a directory.
    }

    private static void Transform(Span<uint> state, ReadOnlySpan<uint> words)
    {
        uint a = state[0], b = state[1], c = state[2], d = state[3];
        foreach (Round round in s_rounds)
        {
            for (int step = 0; step < 8; step++)
            {
                uint sum = unchecked(a + round.Mix(b, c, d) + words[round.Order[step]] + round.Constant);
                (a, b, c, d) = (d, BitOperations.RotateLeft(sum, round.Shifts[step % 4]), b, c);
            }
        }

        unchecked
        {
            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
        }
    }

    /// <summary>Up to 32 characters as eight words; what is missing is the number of characters left, four times over.</summary>
    private static void Pack(ReadOnlySpan<byte> rest, Span<uint> words)
    {
        words.Fill(unchecked((byte)rest.Length * 0x01010101u));
        int count = Math.Min(rest.Length, ChunkBytes);
        for (int i = 0; i < count; i++)
            words[i / 4] = unchecked((words[i / 4] << 8) + (uint)(sbyte)rest[i]);
    }

    private sealed record Round(uint Constant, int[] Order, int[] Shifts, Func<uint, uint, uint, uint> Mix);
}
