namespace ImgShrink.FirstBoot;

/// <summary>How far the partition grows on the first boot: over all of the card, a part of it, or to a size.</summary>
public readonly record struct ExpandLimit
{
    private readonly string? _setting;

    private ExpandLimit(string setting) => _setting = setting;

    /// <summary>To the end of the card.</summary>
    public static ExpandLimit Max => default;

    /// <summary>To <paramref name="percent"/> (1 to 100) of what it could have on the card.</summary>
    public static ExpandLimit Percent(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return new($"{percent}%");
    }

    /// <summary>To a size in bytes, below 10^15, rounded down to where the next MiB of the card begins.</summary>
    public static ExpandLimit Bytes(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bytes, 1_000_000_000_000_000);
        return new($"{bytes}");
    }

    /// <summary>The limit as the hook's settings spell it: "max", "90%" or "16000000000".</summary>
    public override string ToString() => _setting ?? "max";
}
