using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>A disk and the length of its sectors.</summary>
/// <param name="Bytes">The disk; what exceeds whole sectors is not used.</param>
/// <param name="Sector">The length of its sectors.</param>
internal sealed record SectoredDisk(IBlockSource Bytes, SectorSize Sector)
{
    /// <summary>Whole sectors on the disk.</summary>
    public long Count => Sector.Count(Bytes.Length);

    /// <summary>The last whole sector.</summary>
    public Lba Last => new(Count - 1);

    /// <summary>Whether so many bytes from the start of a sector on lie on the disk.</summary>
    public bool Holds(Lba lba, long bytes) => lba.Number >= 0 && lba.Number < Count && Sector.At(lba) <= Bytes.Length - bytes;

    /// <summary>One whole sector.</summary>
    public byte[] Read(Lba lba) => Read(lba, Sector.Bytes);

    /// <summary>So many bytes from the start of a sector on.</summary>
    public byte[] Read(Lba lba, long bytes) => Bytes.ReadBytes(Sector.At(lba), (int)bytes);
}
