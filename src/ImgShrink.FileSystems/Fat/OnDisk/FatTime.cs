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
            return None;
        int year = Math.Min(time.Year, 2107) - 1980;
        return new FatTime(
            (ushort)(year << 9 | time.Month << 5 | time.Day),
                (ushort)(time.Hour << 11 | time.Minute << 5 | time.Second / 2));
    }

    /// <summary>What stands where no time was stored: the first that can be.</summary>
    public static FatTime None => new(1 << 5 | 1, 0);

    /// <summary>The time, taken for UTC; an impossible one is <see cref="None"/>.</summary>
    public DateTimeOffset ToUtc()
    {
        int year = 1980 + (Date >> 9), month = Date >> 5 & 0xF, day = Date & 0x1F;
        int hour = Clock >> 11, minute = Clock >> 5 & 0x3F, second = (Clock & 0x1F) * 2;
        bool possible = month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour < 24 && minute < 60 && second < 60;
        return possible ? new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero) : None.ToUtc();
    }
}
