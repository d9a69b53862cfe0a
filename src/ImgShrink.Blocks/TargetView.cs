namespace ImgShrink.Blocks;

/// <summary>What is to be written: the bytes, and which of them can be anything else than zero.</summary>
/// <param name="Bytes">The content. Reading outside of <paramref name="Data"/> gives zeros.</param>
/// <param name="Data">Byte ranges, in whole sectors, that have to be read and written.</param>
public sealed record TargetView(IBlockSource Bytes, RangeSet Data)
{
    /// <summary>Length of the image in bytes.</summary>
    public long Length => Bytes.Length;

    /// <summary>
    /// What somebody may rely on: <see cref="Data"/>, and the zeros that belong to a file or a structure. A medium may keep
    /// what it holds elsewhere.
    /// </summary>
    public RangeSet Claimed { get; init; } = Data;

    /// <summary>
    /// The ranges of the source that are read in the order of their addresses; what has moved is read here and there.
    /// </summary>
    public RangeSet ReadInOrder { get; init; } = new();
}
