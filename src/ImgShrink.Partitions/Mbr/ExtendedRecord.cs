namespace ImgShrink.Partitions.Mbr;

/// <summary>One extended boot record.</summary>
/// <param name="At">Where it lies on the disk.</param>
/// <param name="Bytes">The first 512 bytes of its sector.</param>
internal sealed record ExtendedRecord(Lba At, byte[] Bytes)
{
    /// <summary>Its entries; only the first two mean anything.</summary>
    public MbrSector Sector => new(Bytes);

    /// <summary>Whether it has no partition, only a link.</summary>
    public bool IsEmpty => Sector[0].IsEmpty || Sector[0].SizeInLba == 0;

    /// <summary>Its partition.</summary>
    public Partition Partition(int number, uint diskSignature, SectorSize sector)
    {
        MbrEntry entry = Sector[0];
        return new Partition(
            number, sector.Of(At.Number + entry.StartingLba), sector.Of(entry.SizeInLba),
            MbrTable.TypeText(entry.Type), Name: null, $"{diskSignature:x8}-{number:x2}", entry.BootIndicator == 0x80);
    }
}
