namespace ImgShrink.Partitions.Mbr;

/// <summary>Cylinder, head and sector of an MBR entry: three bytes that no system of today reads.</summary>
/// <remarks>
/// They are kept truthful where they were: a value that followed the usual geometry of 255 heads and 63 sectors is redone,
/// a value that was saturated stays so while the new end is out of reach as well, and any other (old geometries, zeros)
/// is left alone, since its rule is not known.
/// </remarks>
internal static class Chs
{
    private const int Heads = 255;
    private const int SectorsPerTrack = 63;
    private const int Cylinders = 1024;

    /// <summary>Redoes the address of a partition's first or last sector, which moves.</summary>
    /// <param name="chs">The three bytes, changed in place.</param>
    /// <param name="oldSector">The sector so far.</param>
    /// <param name="newSector">The sector from now on.</param>
    public static void Move(Span<byte> chs, long oldSector, long newSector)
    {
        Span<byte> before = stackalloc byte[3];
        bool followed = TryEncode(oldSector, before) ? chs.SequenceEqual(before) : IsSaturated(chs);
        if (followed && !TryEncode(newSector, chs) && !IsSaturated(chs))
            new byte[] { 0xFE, 0xFF, 0xFF }.CopyTo(chs);
    }

    /// <summary>Both spellings of "too far for this field" that partitioning tools write.</summary>
    private static bool IsSaturated(ReadOnlySpan<byte> chs) =>
        chs[0] is 0xFE or 0xFF && chs[1] == 0xFF && chs[2] == 0xFF;

    // Head; sector (from 1) with the cylinder's bits 8 and 9 above it; the cylinder's low eight bits.
    private static bool TryEncode(long sector, Span<byte> chs)
    {
        long cylinder = sector / (Heads * SectorsPerTrack);
        if (cylinder >= Cylinders)
            return false;
        chs[0] = (byte)(sector / SectorsPerTrack % Heads);
        chs[1] = (byte)(sector % SectorsPerTrack + 1 | (cylinder >> 8) << 6);
        chs[2] = (byte)(cylinder & 0xFF);
        return true;
    }
}
