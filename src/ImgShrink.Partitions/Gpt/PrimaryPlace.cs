namespace ImgShrink.Partitions.Gpt;

/// <summary>Finds the place of the primary array of entries where only the backup copy is good: that one does not tell.</summary>
/// <remarks>
/// It is rarely elsewhere than in sector 2, but boards that start a boot loader from there have it moved up, and to write
/// it to sector 2 would break them.
/// </remarks>
internal static class PrimaryPlace
{
    private static readonly Lba s_header = new(1);
    private static readonly Lba s_usual = new(2);

    /// <summary>
    /// The first place that holds the entries of <paramref name="backup"/>; else the first that is empty; else the usual one.
    /// </summary>
    public static Lba Of(SectoredDisk disk, GptCopy backup)
    {
        if (IsSealed(HeaderIfMarked(disk)) && Claim(disk) is { } proven)
            return proven;
        long firstUsable = (long)Math.Min(backup.Header.FirstUsableLba, disk.Sector.Highest);
        Lba[] places = [.. new[] { Claim(disk), s_usual, new Lba(firstUsable - backup.ArraySectors) }.OfType<Lba>()
            .Where(place => place.Number >= s_usual.Number && place.Number + backup.ArraySectors <= firstUsable
                && disk.Holds(place, backup.EntriesBytes.Length))];
        byte[][] contents = [.. places.Select(place => disk.Read(place, backup.EntriesBytes.Length))];
        int found = Array.FindIndex(contents, each => each.AsSpan().SequenceEqual(backup.EntriesBytes));
        if (found < 0)
            found = Array.FindIndex(contents, each => !each.AsSpan().ContainsAnyExcept((byte)0));
        return found < 0 ? s_usual : places[found];
    }

    /// <summary>The sector of the primary header, if it begins like one; what is in it may still be wrong.</summary>
    public static byte[]? HeaderIfMarked(SectoredDisk disk) =>
        disk.Holds(s_header, disk.Sector.Bytes) && disk.Read(s_header) is var bytes && GptHeader.IsSignature(bytes) ? bytes : null;

    private static Lba? Claim(SectoredDisk disk) =>
        HeaderIfMarked(disk) is { } bytes && new GptHeader(bytes).EntriesLba is var entries
            && entries >= 2 && entries < (ulong)disk.Count ? new Lba((long)entries) : null;

    private static bool IsSealed(byte[]? header) => header is not null && new GptHeader(header) is var view
        && view.HeaderSize >= GptHeader.SmallestSize && view.HeaderSize <= header.Length && view.HeaderCrc == view.ComputeCrc();
}
