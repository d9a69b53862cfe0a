using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>The field of FAT and NTFS boot sectors that counts the sectors of the disk before the volume.</summary>
/// <remarks>
/// 4 bytes at byte 0x1C. Spec: Microsoft FAT specification 1.03, BPB_HiddSec; NTFS has the field at the same place.
/// </remarks>
internal static class HiddenSectors
{
    private const int SectorBytes = 512;
    private const int At = 0x1C;

    // The name of what made the volume, or of NTFS: a backup that has another one is none.
    private static readonly Range s_name = 0x03..0x0B;

    /// <summary>The boot sectors among some that say <paramref name="oldStart"/>, with the new start instead.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="oldStart">Where it starts, in sectors of the disk.</param>
    /// <param name="newStart">Where it will start.</param>
    /// <param name="places">Where its boot sectors are, in bytes; the first one is the main one.</param>
    public static IEnumerable<(long At, byte[] Sector)> Moved(
        IBlockSource volume, long oldStart, long newStart, params long[] places)
    {
        byte[] main = volume.ReadBytes(places[0], SectorBytes);
        foreach (long place in places)
        {
            byte[] sector = volume.ReadBytes(place, SectorBytes);
            if (Le.U32(sector, At) != oldStart || !sector.AsSpan(s_name).SequenceEqual(main.AsSpan(s_name)))
                continue;
            Le.Put32(sector, At, (uint)newStart);
            yield return (place, sector);
        }
    }
}
