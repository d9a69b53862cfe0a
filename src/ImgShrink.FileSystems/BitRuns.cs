namespace ImgShrink.FileSystems;

/// <summary>Runs of ones in a bitmap whose bit 0 of byte 0 comes first.</summary>
internal static class BitRuns
{
    /// <summary>The runs among the first <paramref name="count"/> bits, ascending.</summary>
    public static IEnumerable<(int First, int Count)> Of(byte[] bits, int count)
    {
        for (int at = Next(bits, 0, count, one: true); at < count;)
        {
            int end = Next(bits, at, count, one: false);
            yield return (at, end - at);
            at = Next(bits, end, count, one: true);
        }
    }

    private static int Next(byte[] bits, int at, int count, bool one)
    {
        byte none = one ? (byte)0x00 : (byte)0xFF;
        while (at < count)
        {
            if (at % 8 == 0 && bits[at / 8] == none)
                at += 8;
            else if ((bits[at / 8] >> (at % 8) & 1) != 0 == one)
                return at;
            else
                at++;
        }

        return count;
    }
}
