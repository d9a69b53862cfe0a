using ImgShrink.Blocks;
using ImgShrink.Partitions.Gpt;
using ImgShrink.Partitions.Mbr;

namespace ImgShrink.Partitions;

/// <summary>Tells how long the sectors of a disk are: no field says so, but a wrong guess finds nothing.</summary>
internal static class SectorProbe
{
    private const int ExtMagicAt = 1024 + 0x38;

    /// <summary>4096 where only that makes sense of the table, else 512.</summary>
    public static SectorSize Of(IBlockSource disk)
    {
        var usual = new SectoredDisk(disk, SectorSize.Usual);
        var large = new SectoredDisk(disk, SectorSize.Large);
        if (GptTable.HasGoodPrimary(usual))
            return SectorSize.Usual;
        if (GptTable.HasGoodPrimary(large))
            return SectorSize.Large;
        var sector = new MbrSector(disk.ReadBytes(0, MbrSector.Size));
        if (!sector.HasSignature)
            return SectorSize.Usual;
        bool isLarge = MbrTable.ProtectiveSlot(sector) is null
            ? !FindsVolume(usual, sector) && FindsVolume(large, sector)
            : !GptTable.HasBackup(usual) && GptTable.HasBackup(large);
        return isLarge ? SectorSize.Large : SectorSize.Usual;
    }

    /// <summary>Whether all entries lie on the disk and something is where one of them begins.</summary>
    private static bool FindsVolume(SectoredDisk disk, MbrSector sector)
    {
        bool found = false;
        for (int slot = 0; slot < MbrSector.Slots; slot++)
        {
            MbrEntry entry = sector[slot];
            if (entry.IsEmpty)
                continue;
            if (entry.EndLba > disk.Count)
                return false;
            found |= entry.StartingLba > 0 && entry.SizeInLba > 0 && IsStart(disk, new Lba(entry.StartingLba));
        }

        return found;
    }

    /// <summary>Whether a boot sector, a boot record or an ext superblock is there.</summary>
    private static bool IsStart(SectoredDisk disk, Lba at)
    {
        byte[] bytes = disk.Holds(at, 2048) ? disk.Read(at, 2048) : new byte[2048];
        return new MbrSector(bytes).HasSignature || Le.U16(bytes, ExtMagicAt) == 0xEF53;
    }
}
