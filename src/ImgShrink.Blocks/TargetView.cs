namespace ImgShrink.Blocks;

/// <summary>What is to be written: the bytes, and which of them can be anything else than zero.</summary>
/// <param name="Bytes">The content. Reading outside of <paramref name="Data"/> gives zeros.</param>
/// <param name="Data">Byte ranges, in whole sectors, that have to be read and written.</param>
public sealed record TargetView(IBlockSource Bytes, RangeSet Data)
{
    /// <summary>Length of the image in bytes.</summary>
    public long Length => Bytes.Length;
}
