using System.Numerics;

namespace ImgShrink.SampleCards.Cards;

/// <summary>
/// Numbers that look random and are the same for the same seed, on every system and with every runtime.
/// </summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood 2014): every seed is good, and seeding costs nothing.</remarks>
internal struct SampleRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ _state >> 30) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
            return mixed ^ mixed >> 31;
        }
    }

    /// <summary>A number from 0 up to but not including <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>
    /// A number from <paramref name="least"/> to <paramref name="most"/>; small ones are as likely as ten times larger
    /// ones.
    /// </summary>
    public long Size(long least, long most)
    {
        // Integers only: floating-point logarithms differ between systems in the last bit.
        int octaves = BitOperations.Log2((ulong)(most / least)) + 1;
        long low = least << Below(octaves);
        return Math.Min(most, low + (long)(Next() % (ulong)low));
    }

    /// <summary>True in one of <paramref name="many"/> cases.</summary>
    public bool OneIn(int many) => Below(many) == 0;

    /// <summary>Puts a list in random order.</summary>
    public void Shuffle<T>(IList<T> list)
    {
        for (int i = list.Count - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }
}
