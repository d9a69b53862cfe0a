namespace ImgShrink.Partitions;

/// <summary>A logical block address: the number of a sector of a disk, 0 for the first.</summary>
/// <param name="Number">Sectors from the start of the disk, 0 or more; how long they are, the disk knows.</param>
public readonly record struct Lba(long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"sector {Number}";
}
