namespace ImgShrink.Pipeline;

/// <summary>What a step of a redo journal puts into its place.</summary>
internal enum RedoKind
{
    /// <summary>Bytes that the journal holds.</summary>
    Bytes = 1,

    /// <summary>Zeros.</summary>
    Zeros = 2,

    /// <summary>Bytes from further behind in the image.</summary>
    Copy = 3,
}

/// <summary>One place of the image that changes where something lies.</summary>
/// <param name="Kind">What comes there.</param>
/// <param name="At">The first byte of the place, in the image.</param>
/// <param name="Length">Bytes, at least 1.</param>
/// <param name="From">
/// Where the bytes are: in the data of the journal, or, for a copy, in the image, behind <paramref name="At"/>; 0 for zeros.
/// </param>
internal readonly record struct RedoStep(RedoKind Kind, long At, long Length, long From)
{
    /// <summary>The first byte behind the place.</summary>
    public long End => At + Length;

    /// <summary>The step that also covers <paramref name="next"/>; null where the two are not one run.</summary>
    public RedoStep? Joined(RedoStep next) =>
        next.Kind == Kind && next.At == End && (Kind == RedoKind.Zeros || next.From == From + Length)
            ? this with { Length = Length + next.Length }
            : null;
}
