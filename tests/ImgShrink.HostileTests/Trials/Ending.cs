namespace ImgShrink.HostileTests.Trials;

/// <summary>How a job on a hostile image ended; whatever is not one of these is a bug.</summary>
internal enum Ending
{
    /// <summary>With a sentence that says what is wrong.</summary>
    Refused,

    /// <summary>All of it is kept, or what says itself that it is in use.</summary>
    Kept,

    /// <summary>A smaller volume was planned, audited, and holds the same files.</summary>
    Shrunk,
}
