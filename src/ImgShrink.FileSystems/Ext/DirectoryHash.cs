using System.Numerics;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>The hash by which an indexed directory orders its names.</summary>
/// <remarks>
/// Spec: kernel documentation, filesystems/ext4, "Hash Tree Directories". Half-MD4 and TEA read the name in chunks of words;
/// the last chunk is padded with the length of what remained. All arithmetic is modulo 2^32.
/// </remarks>
internal sealed class DirectoryHash
{
    public const byte Legacy = 0;
    public const byte HalfMd4 = 1;
    public const byte Tea = 2;

    /// <summary>
    /// Of names that are both encrypted and casefolded; it takes their key, and is stored beside each name.
    /// </summary>
    public const byte SipHash = 6;

    // A bit of s_flags: the machine that made the index took characters above 127 as they are.
    private const uint UnsignedCharacters = 2;

    private readonly byte _version;
    private readonly bool _unsigned;
    private readonly uint[] _seed = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476];

    /// <param name="version">One of the three constants.</param>
    /// <param name="unsignedCharacters">Whether bytes above 127 count as they are; else as negative numbers.</param>
    /// <param name="seed">s_hash_seed, 16 bytes; zeros stand for the fixed start of MD4.</param>
    public DirectoryHash(byte version, bool unsignedCharacters, ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, Tea);
        (_version, _unsigned) = (version, unsignedCharacters);
        for (int i = 0; i < 4 && seed.ContainsAnyExcept((byte)0); i++)
            _seed[i] = Le.U32(seed, 4 * i);
    }

    /// <summary>Whether names of a directory with these flags are hashed with their key.</summary>
    public static bool IsKeyed(InodeFlags flags) => flags.HasFlag(InodeFlags.Encrypted | InodeFlags.CaseFolded);

    /// <summary>The hash of an index of this version in a volume.</summary>
    public static DirectoryHash For(Superblock superblock, byte version) =>
        new(version, (superblock.Flags & UnsignedCharacters) != 0, superblock.HashSeed);

    /// <summary>The hash of a name; its lowest bit is always 0.</summary>
    public uint Of(ReadOnlySpan<byte> name)
    {
        uint hash = _version switch
        {
            Legacy => OfLegacy(name),
            HalfMd4 => OfHalfMd4(name),
            _ => OfTea(name),
        };
        hash &= ~1u;
        return hash == 0xFFFFFFFE ? 0xFFFFFFFC : hash; // the highest value means "end of directory" to the kernel
    }

    private uint OfLegacy(ReadOnlySpan<byte> name)
    {
        unchecked
        {
            uint newer = 0x12A3FE2D, older = 0x37ABE8F9;
            foreach (byte character in name)
            {
                uint next = older + (newer ^ (Value(character) * 7152373));
                if ((next & 0x80000000) != 0)
                    next -= 0x7FFFFFFF;
                (older, newer) = (newer, next);
            }

            return newer << 1;
        }
    }

    private uint OfTea(ReadOnlySpan<byte> name)
    {
        unchecked
        {
            uint first = _seed[0], second = _seed[1];
            Span<uint> words = stackalloc uint[4];
            for (; name.Length > 0; name = name[Math.Min(16, name.Length)..])
            {
                Pack(name, words);
                uint x = first, y = second, sum = 0;
                for (int round = 0; round < 16; round++)
                {
                    sum += 0x9E3779B9;
                    x += ((y << 4) + words[0]) ^ (y + sum) ^ ((y >> 5) + words[1]);
                    y += ((x << 4) + words[2]) ^ (x + sum) ^ ((x >> 5) + words[3]);
                }

                first += x;
                second += y;
            }

            return first;
        }
    }

    private uint OfHalfMd4(ReadOnlySpan<byte> name)
    {
        Span<uint> state = [.. _seed];
        Span<uint> words = stackalloc uint[8];
        for (; name.Length > 0; name = name[Math.Min(32, name.Length)..])
        {
            Pack(name, words);
            MixHalfMd4(state, words);
        }

        return state[1];
    }

    private static void MixHalfMd4(Span<uint> state, ReadOnlySpan<uint> words)
    {
        ReadOnlySpan<byte> order1 = [0, 1, 2, 3, 4, 5, 6, 7], order2 = [1, 3, 5, 7, 0, 2, 4, 6],
            order3 = [3, 7, 2, 6, 1, 5, 0, 4];
        ReadOnlySpan<byte> shift1 = [3, 7, 11, 19], shift2 = [3, 5, 9, 13], shift3 = [3, 9, 11, 15];
        unchecked
        {
            uint a = state[0], b = state[1], c = state[2], d = state[3];
            for (int i = 0; i < 8; i++)
                (a, b, c, d) = (d, BitOperations.RotateLeft(a + (d ^ (b & (c ^ d))) + words[order1[i]], shift1[i & 3]),
                    b, c);
            for (int i = 0; i < 8; i++)
                (a, b, c, d) = (d, BitOperations.RotateLeft(
                    a + ((b & c) + ((b ^ c) & d)) + words[order2[i]] + 0x5A827999, shift2[i & 3]), b, c);
            for (int i = 0; i < 8; i++)
                (a, b, c, d) = (d, BitOperations.RotateLeft(
                    a + (b ^ c ^ d) + words[order3[i]] + 0x6ED9EBA1, shift3[i & 3]), b, c);
            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
        }
    }

    /// <summary>
    /// Fills the words with the first characters of <paramref name="rest"/>, four a word, the first one highest.
    /// </summary>
    private void Pack(ReadOnlySpan<byte> rest, Span<uint> words)
    {
        unchecked
        {
            uint pad = (byte)rest.Length * 0x01010101u;
            int count = Math.Min(rest.Length, 4 * words.Length);
            words.Fill(pad);
            for (int i = 0; i < count; i++)
                words[i / 4] = (words[i / 4] << 8) + Value(rest[i]);
        }
    }

    private uint Value(byte character) => unchecked(_unsigned ? character : (uint)(sbyte)character);
}
