using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>Makes partitions of the four primary entries of an MBR.</summary>
internal static class MbrTable
{
    private const byte ProtectiveType = 0xEE;

    /// <summary>The slot of the entry that guards a GPT; null when there is none.</summary>
    /// <exception cref="UnsupportedImageException">Other entries are in use as well: a hybrid MBR.</exception>
    public static int? ProtectiveSlot(MbrSector sector)
    {
        int? found = null;
        for (int slot = 0; slot < MbrSector.Slots; slot++)
            if (sector[slot].Type == ProtectiveType)
                found ??= slot;
        for (int slot = 0; slot < MbrSector.Slots && found is not null; slot++)
            if (!sector[slot].IsEmpty && slot != found)
                throw new UnsupportedImageException(
                    $"The disk has a hybrid MBR: entry {slot + 1} (type {TypeText(sector[slot].Type)}) stands beside "
                    + $"the GPT's protective entry {found + 1}. ImgShrink cannot keep the two tables in step yet; "
                    + "turn the MBR into a plain protective one first.");
        return found;
    }

    /// <summary>Why sector 0 is not a partition table although it ends in 55 AA; null when it is one.</summary>
    public static string? WhyNot(MbrSector sector, ReadOnlySpan<byte> bytes, long diskBytes)
    {
        bool volume = VolumeBootSector.Is(bytes);
        bool anyUsed = false;
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            MbrEntry entry = sector[slot];
            if (!entry.HasLegalStatus)
                return volume
                    ? "Sector 0 is the boot sector of a volume."
                    : $"Sector 0 ends in 55 AA, but the status of entry {slot + 1} is 0x{entry.BootIndicator:X2}: "
                        + "no partition table.";
            if (entry.IsEmpty)
                continue;
            anyUsed = true;

            // mkfs.fat may put a table into a volume's boot sector whose only partition is the volume itself.
            if (volume && (entry.StartingLba == 0 || entry.SizeInLba == 0 || new Lba(entry.EndLba).Bytes > diskBytes))
                return "Sector 0 is the boot sector of a volume.";
        }

        if (anyUsed)
            return null;
        return volume ? "Sector 0 is the boot sector of a volume." : "The partition table in sector 0 is empty.";
    }

    /// <summary>The partitions, by number.</summary>
    /// <exception cref="UnsupportedImageException">There is an extended partition.</exception>
    /// <exception cref="CorruptImageException">An entry cannot be true.</exception>
    public static List<Partition> Partitions(MbrSector sector)
    {
        var partitions = new List<Partition>();
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            MbrEntry entry = sector[slot];
            if (entry.IsEmpty)
                continue;
            int number = slot + 1;
            ThrowIfExtended(entry, number);
            ThrowIfZero(entry, number);
            partitions.Add(new Partition(
                number, new Lba(entry.StartingLba).Bytes, new Lba(entry.SizeInLba).Bytes, TypeText(entry.Type),
                    Name: null,
                $"{sector.DiskSignature:x8}-{number:x2}", entry.BootIndicator == 0x80));
        }

        return partitions;
    }

    private static void ThrowIfExtended(MbrEntry entry, int number)
    {
        if (entry.Type is 0x05 or 0x0F or 0x85)
            throw new UnsupportedImageException(
                $"Partition {number} is an extended partition (type {TypeText(entry.Type)}) that holds logical partitions, "
                + "as NOOBS and PINN make them. Such a disk is not handled; compress the image with another tool.");
    }

    private static void ThrowIfZero(MbrEntry entry, int number)
    {
        const string Advice = "Repair the partition table, or copy the card again.";
        if (entry.StartingLba == 0)
            throw new CorruptImageException(
                new Finding($"MBR entry {number}", $"StartingLBA at byte {At(number, 0x8)}", "0", "1 or more"), Advice);
        if (entry.SizeInLba == 0)
            throw new CorruptImageException(
                new Finding($"MBR entry {number}", $"SizeInLBA at byte {At(number, 0xC)}", "0", "1 or more"), Advice);
    }

    private static int At(int number, int field) => 0x1BE + (number - 1) * MbrEntry.Size + field;

    private static string TypeText(byte type) => $"0x{type:X2}";
}
