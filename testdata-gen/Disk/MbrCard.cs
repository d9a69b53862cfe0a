using ImgShrink.Blocks;

namespace ImgShrink.SampleCards.Disk;

/// <summary>The partitions of a Pi-style card: a FAT one from 4 MiB on, and a Linux one to the end.</summary>
/// <param name="Boot">The FAT partition, in bytes from the start of the card.</param>
/// <param name="Root">The Linux partition, likewise.</param>
public sealed record CardPartitions(ByteRange Boot, ByteRange Root)
{
    /// <summary>Partitions start at multiples of this, the erase block of most cards.</summary>
    public const long Alignment = 4 << 20;

    /// <summary>Cuts a card up.</summary>
    /// <param name="cardBytes">Length of the card, 64 MiB at least.</param>
    /// <param name="bootBytes">Room for the FAT partition, rounded up to <see cref="Alignment"/>.</param>
    public static CardPartitions Of(long cardBytes, long bootBytes)
    {
        long rootStart = (Alignment + bootBytes + Alignment - 1) / Alignment * Alignment;
        ArgumentOutOfRangeException.ThrowIfLessThan(cardBytes, rootStart + Alignment);
        return new CardPartitions(ByteRange.Between(Alignment, rootStart),
            ByteRange.Between(rootStart, cardBytes / 512 * 512));
    }
}

/// <summary>Writes a master boot record as Raspberry Pi Imager leaves it on a card.</summary>
public static class MbrCard
{
    /// <summary>The disk signature; partitions are named by it ("root=PARTUUID=4f1c2a77-02").</summary>
    public const uint DiskSignature = 0x4F1C2A77;

    private const int SectorSize = 512;
    private const int SignatureOffset = 0x1B8;
    private const int EntriesOffset = 0x1BE;
    private const int EntrySize = 16;
    private const byte FatLba = 0x0C;
    private const byte Linux = 0x83;

    /// <summary>Writes sector 0. There is no boot code: a Pi does not run any.</summary>
    public static void Write(IBlockStore card, CardPartitions partitions)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(partitions);
        var sector = new byte[SectorSize];
        Le.Put32(sector, SignatureOffset, DiskSignature);
        PutEntry(sector.AsSpan(EntriesOffset, EntrySize), FatLba, partitions.Boot);
        PutEntry(sector.AsSpan(EntriesOffset + EntrySize, EntrySize), Linux, partitions.Root);
        Le.Put16(sector, 0x1FE, 0xAA55);
        card.Write(0, sector);
    }

    private static void PutEntry(Span<byte> entry, byte type, ByteRange partition)
    {
        PutCylinder(entry[1..], partition.Start / SectorSize);
        entry[4] = type;
        PutCylinder(entry[5..], partition.End / SectorSize - 1);
        Le.Put32(entry, 8, (uint)(partition.Start / SectorSize));
        Le.Put32(entry, 12, (uint)(partition.Length / SectorSize));
    }

    /// <summary>
    /// An address as cylinder, head and sector of a disk with 255 heads; beyond 8 GB the highest there is.
    /// </summary>
    private static void PutCylinder(Span<byte> into, long sector)
    {
        const int sectors = 63, heads = 255, cylinders = 1024;
        long cylinder = sector / (heads * sectors);
        if (cylinder >= cylinders)
        {
            into[0] = 0xFE;
            into[1] = 0xFF;
            into[2] = 0xFF;
            return;
        }

        into[0] = (byte)(sector / sectors % heads);
        into[1] = (byte)(sector % sectors + 1 | cylinder >> 8 << 6);
        into[2] = (byte)(cylinder & 0xFF);
    }
}
