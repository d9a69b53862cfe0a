using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.SampleCards.Fat;

/// <summary>
/// Makes empty FAT16 and FAT32 volumes that fsck.fat has nothing to say about, without any native tool.
/// </summary>
/// <remarks>Spec: "Microsoft Extensible Firmware Initiative FAT32 File System Specification", 1.03.</remarks>
public static class FatFormatter
{
    private const int BackupBootSector = 6;
    private const byte HardDisk = 0xF8;
    private const byte LabelAttribute = 8;

    /// <summary>Makes a volume that fills <paramref name="volume"/>: FAT32 from 64 MiB on, else FAT16.</summary>
    /// <param name="volume">
    /// The partition, 4 MiB at least. It must read as zeros: what is zero in the result is not written.
    /// </param>
    /// <param name="format">What the volume is to be like.</param>
    /// <exception cref="NotEnoughSpaceException">The partition is too small.</exception>
    public static void Format(IBlockStore volume, FatFormat format)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(format);
        FatShape shape = FatShape.For(volume.Length);
        byte[] boot = BootSector(shape, format);
        volume.Write(0, boot);
        if (shape.Is32)
        {
            byte[] counts = FreeCounts(shape);
            volume.Write(FatShape.SectorSize, counts);
            volume.Write(BackupBootSector * FatShape.SectorSize, boot);
            volume.Write((BackupBootSector + 1) * FatShape.SectorSize, counts);
        }

        for (int table = 0; table < FatShape.Tables; table++)
            volume.Write((shape.ReservedSectors + (long)table * shape.TableSectors) * FatShape.SectorSize,
                TableStart(shape));
        volume.Write(shape.FirstDataSector * FatShape.SectorSize, LabelEntry(format));
    }

    private static byte[] BootSector(FatShape shape, FatFormat format)
    {
        var b = new byte[FatShape.SectorSize];
        // BS_jmpBoot leads to two bytes of code that wait for ever: nothing boots from here.
        int code = shape.Is32 ? 0x5A : 0x3E;
        b[0] = 0xEB;
        b[1] = (byte)(code - 2);
        b[2] = 0x90;
        b[code] = 0xEB;
        b[code + 1] = 0xFE;
        Encoding.ASCII.GetBytes("mkfs.fat", b.AsSpan(0x3));            // BS_OEMName, what other systems' drivers expect
        Le.Put16(b, 0xB, FatShape.SectorSize);                         // BPB_BytsPerSec
        b[0xD] = (byte)shape.SectorsPerCluster;                        // BPB_SecPerClus
        Le.Put16(b, 0xE, (ushort)shape.ReservedSectors);               // BPB_RsvdSecCnt
        b[0x10] = FatShape.Tables;                                     // BPB_NumFATs
        b[0x15] = HardDisk;                                            // BPB_Media
        Le.Put16(b, 0x18, 63);                                         // BPB_SecPerTrk
        Le.Put16(b, 0x1A, 255);                                        // BPB_NumHeads
        Le.Put32(b, 0x1C, format.HiddenSectors);                       // BPB_HiddSec
        if (!shape.Is32)
        {
            Le.Put16(b, 0x11, FatShape.RootEntries16);                 // BPB_RootEntCnt
            Le.Put16(b, 0x16, (ushort)shape.TableSectors);             // BPB_FATSz16
        }

        if (!shape.Is32 && shape.Sectors <= ushort.MaxValue)
            Le.Put16(b, 0x13, (ushort)shape.Sectors);                  // BPB_TotSec16
        else
            Le.Put32(b, 0x20, (uint)shape.Sectors);                    // BPB_TotSec32
        if (shape.Is32)
        {
            Le.Put32(b, 0x24, (uint)shape.TableSectors);               // BPB_FATSz32
            Le.Put32(b, 0x2C, 2);                                      // BPB_RootClus
            Le.Put16(b, 0x30, 1);                                      // BPB_FSInfo
            Le.Put16(b, 0x32, BackupBootSector);                       // BPB_BkBootSec
        }

        Span<byte> tail = b.AsSpan(shape.Is32 ? 0x40 : 0x24);
        tail[0] = 0x80;                                                // BS_DrvNum
        tail[2] = 0x29;                                                // BS_BootSig: the next three fields are there
        Le.Put32(tail, 0x3, format.VolumeId);                          // BS_VolID
        PutPadded(tail.Slice(0x7, 11), format.Label);                  // BS_VolLab
        PutPadded(tail.Slice(0x12, 8), shape.Is32 ? "FAT32" : "FAT16"); // BS_FilSysType
        Le.Put16(b, 0x1FE, 0xAA55);
        return b;
    }

    /// <summary>The FSInfo sector: how many clusters are free and where to look first.</summary>
    private static byte[] FreeCounts(FatShape shape)
    {
        var b = new byte[FatShape.SectorSize];
        Le.Put32(b, 0x0, 0x41615252);                                  // FSI_LeadSig
        Le.Put32(b, 0x1E4, 0x61417272);                                // FSI_StrucSig
        Le.Put32(b, 0x1E8, (uint)(shape.Clusters - 1));                // FSI_Free_Count: the root directory has one
        Le.Put32(b, 0x1EC, 2);                                         // FSI_Nxt_Free
        Le.Put32(b, 0x1FC, 0xAA550000);                                // FSI_TrailSig
        return b;
    }

    /// <summary>
    /// The first entries of a table: the medium, the clean-shutdown flags, and with FAT32 the root directory's end.
    /// </summary>
    private static byte[] TableStart(FatShape shape)
    {
        var b = new byte[FatShape.SectorSize];
        if (shape.Is32)
        {
            Le.Put32(b, 0, 0x0FFFFF00 | HardDisk);
            Le.Put32(b, 4, 0x0FFFFFFF);
            Le.Put32(b, 8, 0x0FFFFFFF);
        }
        else
        {
            Le.Put16(b, 0, 0xFF00 | HardDisk);
            Le.Put16(b, 2, 0xFFFF);
        }

        return b;
    }

    private static byte[] LabelEntry(FatFormat format)
    {
        var b = new byte[32];
        PutPadded(b.AsSpan(0, 11), format.Label);
        b[0xB] = LabelAttribute;
        DateTimeOffset time = format.Time;
        Le.Put16(b, 0x16, (ushort)(time.Hour << 11 | time.Minute << 5 | time.Second / 2));         // DIR_WrtTime
        Le.Put16(b, 0x18, (ushort)(time.Year - 1980 << 9 | time.Month << 5 | time.Day));           // DIR_WrtDate
        return b;
    }

    private static void PutPadded(Span<byte> field, string text)
    {
        field.Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, field);
    }
}
