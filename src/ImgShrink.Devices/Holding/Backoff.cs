namespace ImgShrink.Devices.Holding;

/// <summary>How often and how long to wait for something that is in use.</summary>
/// <param name="Tries">How often in all, 1 or more.</param>
/// <param name="First">The first wait; each one is twice as long as the one before.</param>
internal sealed record Backoff(int Tries, TimeSpan First)
{
    /// <summary>Seven tries within six seconds.</summary>
    public static Backoff Default { get; } = new(7, TimeSpan.FromMilliseconds(100));

    /// <summary>One try.</summary>
    public static Backoff None { get; } = new(1, TimeSpan.Zero);

    /// <summary>Whether it succeeds in the end.</summary>
    public bool Try(Func<bool> step)
    {
        TimeSpan wait = First;
        for (int left = Tries; ; left--, wait *= 2)
        {
            if (step())
                return true;
            if (left <= 1)
                return false;
            Thread.Sleep(wait);
        }
    }
}
