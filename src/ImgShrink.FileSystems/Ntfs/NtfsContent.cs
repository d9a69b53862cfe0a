using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>The content of a system file: in its record, or in runs of clusters.</summary>
/// <param name="Runs">Where it is; empty where it lies in the record.</param>
/// <param name="Inside">The content itself, where it lies in the record.</param>
/// <param name="Length">Bytes that have been written; what is behind them is undefined.</param>
internal sealed record NtfsContent(RunList Runs, byte[] Inside, long Length)
{
    /// <summary>Reads from it.</summary>
    /// <exception cref="CorruptImageException">It ends before.</exception>
    public void Read(IBlockSource volume, long at, Span<byte> into)
    {
        if (at > Length - into.Length)
            throw new CorruptImageException(
                new Finding("NTFS system file", "its length", $"{Length} bytes", $"{at + into.Length} or more"),
                NtfsGeometry.Advice);
        if (Inside.Length > 0)
            Inside.AsSpan((int)at, into.Length).CopyTo(into);
        else
            Runs.Read(volume, at, into);
    }
}
