namespace ImgShrink.FileSystems.Ext;

/// <summary>A run of a file's blocks that is a run on the volume too.</summary>
/// <param name="Logical">First block, counted from the start of the file.</param>
/// <param name="Physical">First block, counted from the start of the volume.</param>
/// <param name="Length">Number of blocks, at least 1.</param>
/// <param name="Unwritten">Allocated, but reads as zeros; what is on the medium does not matter.</param>
internal readonly record struct Extent(uint Logical, long Physical, int Length, bool Unwritten)
{
    /// <summary>The first block of the file behind the extent; up to 2^32.</summary>
    public long LogicalEnd => (long)Logical + Length;

    /// <summary>The first block of the volume behind the extent.</summary>
    public long PhysicalEnd => Physical + Length;

    /// <summary>
    /// Whether <paramref name="next"/> continues this extent in the file, on the volume and in state.
    /// </summary>
    public bool IsContinuedBy(Extent next) =>
        LogicalEnd == next.Logical && PhysicalEnd == next.Physical && Unwritten == next.Unwritten;
}
