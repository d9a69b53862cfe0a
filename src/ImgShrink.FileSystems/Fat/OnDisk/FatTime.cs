namespace ImgShrink.FileSystems.Fat.OnDisk;

/// <summary>A time as directory entries hold it: local, in steps of two seconds, from 1980 to 2107.</summary>
/// <remarks>Spec: Microsoft FAT specification 1.03, section 6.3.</remarks>
/// <param name="Date">Year since 1980 in bits 9-15, month in 5-8, day in 0-4.</param>
/// <param name="Clock">Hour in bits 11-15, minute in 5-10, seconds halved in 0-4.</param>
internal readonly record struct FatTime(ushort Date, ushort Clock)
{
    /// <summary>The nearest time that can be held; the offset is dropped, as the format has no place for it.</summary>
    public static FatTime From(DateTimeOffset time)
    {
        if (time.Year < 1980)
            return new FatTime(1 << 5 | 1, 0);
        int year = Math.Min(time.Year, 2107) - 1980;
        return new FatTime(
            (ushort)(year << 9 | time.Month << 5 | time.Day),
                (ushort)(time.Hour << 11 | time.Minute << 5 | time.Second / 2));
    }
}
