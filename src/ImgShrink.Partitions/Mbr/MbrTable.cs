using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>Makes partitions of the four primary entries of an MBR.</summary>
internal static class MbrTable
{
    /// <summary>The type of an entry that guards a GPT from programs that do not know it.</summary>
    public const byte ProtectiveType = 0xEE;

    /// <summary>The slot of the entry that guards a GPT; null when there is none.</summary>
    public static int? ProtectiveSlot(MbrSector sector)
    {
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            if (sector[slot].Type == ProtectiveType)
                return slot;
        }

        return null;
    }

    /// <summary>Whether sector 0 neither lists partitions nor begins a volume, so that a GPT behind it is no leftover.</summary>
    public static bool IsBlank(MbrSector sector, ReadOnlySpan<byte> bytes)
    {
        if (!sector.HasSignature)
            return true;
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            if (!sector[slot].IsEmpty)
                return false;
        }

        return !VolumeBootSector.Is(bytes);
    }

    /// <summary>Why sector 0 is not a partition table although it ends in 55 AA; null when it is one.</summary>
    public static string? WhyNot(MbrSector sector, ReadOnlySpan<byte> bytes, SectoredDisk disk)
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
            if (volume && (entry.StartingLba == 0 || entry.SizeInLba == 0 || entry.EndLba > disk.Count))
                return "Sector 0 is the boot sector of a volume.";
        }

        if (anyUsed)
            return null;
        return volume ? "Sector 0 is the boot sector of a volume." : "The partition table in sector 0 is empty.";
    }

    /// <summary>The partitions, by number: primary ones, then the logical ones in place of the extended one.</summary>
    /// <remarks>An extended partition without any logical one is a partition like any other.</remarks>
    /// <param name="disk">The disk.</param>
    /// <param name="sector">Its MBR.</param>
    /// <param name="chain">The chain of its extended partition; null without one.</param>
    /// <exception cref="CorruptImageException">An entry cannot be true.</exception>
    public static List<Partition> Partitions(SectoredDisk disk, MbrSector sector, ExtendedChain? chain)
    {
        List<Partition> logical = [.. chain?.Partitions(sector.DiskSignature, disk.Sector) ?? []];
        var partitions = new List<Partition>();
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            MbrEntry entry = sector[slot];
            if (entry.IsEmpty || logical.Count > 0 && slot == chain!.Slot)
                continue;
            int number = slot + 1;
            ThrowIfZero(entry, number);
            partitions.Add(new Partition(
                number, disk.Sector.Of(entry.StartingLba), disk.Sector.Of(entry.SizeInLba), TypeText(entry.Type), Name: null,
                $"{sector.DiskSignature:x8}-{number:x2}", entry.BootIndicator == 0x80));
        }

        PartitionChecks.ThrowIfInside(
            logical.Count == 0 ? [] : chain!.Records.Select(record => record.At), [.. partitions, .. logical], disk.Sector);
        return [.. partitions, .. logical];
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

    public static string TypeText(byte type) => $"0x{type:X2}";
}
