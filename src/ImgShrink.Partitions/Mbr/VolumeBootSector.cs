using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Mbr;

/// <summary>Tells the boot sector of a volume from a master boot record: both end in 55 AA.</summary>
/// <remarks>
/// Spec: Microsoft FAT specification 1.03, "BPB"; the OEM names of NTFS and exFAT are fixed by their formats.
/// </remarks>
internal static class VolumeBootSector
{
    /// <summary>Whether sector 0 begins like a FAT, NTFS or exFAT volume.</summary>
    public static bool Is(ReadOnlySpan<byte> sector)
    {
        ReadOnlySpan<byte> oemName = sector.Slice(3, 8);                            // BS_OEMName
        return HasJump(sector)
            && (oemName.SequenceEqual("NTFS    "u8) || oemName.SequenceEqual("EXFAT   "u8) || HasFatParameters(sector));
    }

    private static bool HasJump(ReadOnlySpan<byte> sector) =>                       // BS_jmpBoot
        sector[0] == 0xE9 || (sector[0] == 0xEB && sector[2] == 0x90);

    private static bool HasFatParameters(ReadOnlySpan<byte> sector) =>
        Le.U16(sector, 0x0B) is 512 or 1024 or 2048 or 4096                         // BPB_BytsPerSec
        && byte.IsPow2(sector[0x0D])                                                // BPB_SecPerClus
        && Le.U16(sector, 0x0E) > 0                                                 // BPB_RsvdSecCnt
        && sector[0x10] is 1 or 2                                                   // BPB_NumFATs
        && sector[0x15] >= 0xF0;                                                    // BPB_Media
}
