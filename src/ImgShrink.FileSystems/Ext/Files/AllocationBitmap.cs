using System.Numerics;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>One group's bitmap in memory, while things are allocated and freed in it.</summary>
/// <param name="bytes">The bitmap's block; changed in place.</param>
/// <param name="count">How many bits stand for something; those behind are padding, and stay.</param>
internal sealed class AllocationBitmap(byte[] bytes, int count)
{
    // Every bit before this one is set.
    private int _firstFree;

    public byte[] Bytes => bytes;

    /// <summary>Whether it differs from what is stored.</summary>
    public bool Changed { get; set; }

    public bool this[int bit] => (bytes[bit >> 3] >> (bit & 7) & 1) != 0;

    /// <summary>The first free bit from <paramref name="from"/> on; -1 when there is none.</summary>
    public int NextFree(int from)
    {
        int start = Math.Max(from, _firstFree);
        for (int bit = start; bit < count;)
        {
            int free = BitOperations.TrailingZeroCount(~(uint)(bytes[bit >> 3] >> (bit & 7)));
            if (free < 8 - (bit & 7))
            {
                int found = bit + free;
                if (start == _firstFree)
                    _firstFree = found;
                return found < count ? found : -1;
            }

            bit = (bit | 7) + 1;
        }

        if (start == _firstFree)
            _firstFree = count;
        return -1;
    }

    /// <summary>
    /// The first run of <paramref name="wanted"/> free bits, or else the longest; a length of 0 when all are taken.
    /// </summary>
    public (int Start, int Length) FindRun(int wanted)
    {
        var best = (Start: 0, Length: 0);
        for (int start = NextFree(0); start >= 0;)
        {
            int end = NextUsed(start, Math.Min(count, start + wanted));
            if (end - start > best.Length)
                best = (start, end - start);
            if (best.Length == wanted)
                break;
            start = NextFree(end);
        }

        return best;
    }

    public void Set(int start, int length)
    {
        for (int bit = start; bit < start + length; bit++)
            bytes[bit >> 3] |= (byte)(1 << (bit & 7));
        Changed = true;
    }

    /// <exception cref="CorruptImageException">A bit is not set: what is freed was never allocated.</exception>
    public void Clear(int start, int length, string structure)
    {
        for (int bit = start; bit < start + length; bit++)
        {
            if (!this[bit])
                throw ExtDamage.In(structure, $"bit {bit}", "0", "1, for what it stands for is in use");
            bytes[bit >> 3] &= unchecked((byte)~(1 << (bit & 7)));
        }

        _firstFree = Math.Min(_firstFree, start);
        Changed = true;
    }

    private int NextUsed(int from, int limit)
    {
        int bit = from;
        while (bit < limit && !this[bit])
            bit += (bit & 7) == 0 && bytes[bit >> 3] == 0 ? 8 : 1;
        return Math.Min(bit, limit);
    }
}
