using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.F2fs.OnDisk;

/// <summary>The superblock of F2FS, viewed in place: 3072 bytes at byte 1024, and again in block 1; little-endian.</summary>
/// <remarks>Spec: Linux, Documentation/filesystems/f2fs.rst, and include/linux/f2fs_fs.h; names are the latter's.</remarks>
internal readonly ref struct F2fsSuperblock
{
    public const int Offset = 1024;
    public const int Size = 3072;
    public const int ChecksumAt = 3068;                                             // crc, with SB_CHKSUM
    public const uint Magic = 0xF2F52010;

    private readonly ReadOnlySpan<byte> _b;

    public F2fsSuperblock(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public int BlockLog => (int)Math.Min(Le.U32(_b, 0x10), 99);                     // log_blocksize
    public int SegmentLog => (int)Math.Min(Le.U32(_b, 0x14), 99);                   // log_blocks_per_seg
    public ulong BlockCount => Le.U64(_b, 0x24);                                    // block_count
    public uint CheckpointSegments => Le.U32(_b, 0x34);                             // segment_count_ckpt
    public uint SitSegments => Le.U32(_b, 0x38);                                    // segment_count_sit
    public uint NatSegments => Le.U32(_b, 0x3C);                                    // segment_count_nat
    public uint SsaSegments => Le.U32(_b, 0x40);                                    // segment_count_ssa
    public uint MainSegments => Le.U32(_b, 0x44);                                   // segment_count_main
    public uint FirstSegment => Le.U32(_b, 0x48);                                   // segment0_blkaddr
    public uint Checkpoint => Le.U32(_b, 0x4C);                                     // cp_blkaddr
    public uint Sit => Le.U32(_b, 0x50);                                            // sit_blkaddr
    public uint Nat => Le.U32(_b, 0x54);                                            // nat_blkaddr
    public uint Ssa => Le.U32(_b, 0x58);                                            // ssa_blkaddr
    public uint Main => Le.U32(_b, 0x5C);                                           // main_blkaddr
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x6C, 16);                           // uuid
    public ReadOnlySpan<byte> Label => _b.Slice(0x7C, 1024);                        // volume_name, UTF-16
    public uint CheckpointPayload => Le.U32(_b, 0x680);                             // cp_payload
    public uint Features => Le.U32(_b, 0x884);                                      // feature
    public bool HasDevices => _b[0x899] != 0;                                       // devs[0].path

    /// <summary>The superblock has a checksum.</summary>
    public const uint HasChecksum = 0x800;

    /// <summary>All but BLKZONED (2), READONLY (0x4000) and DEVICE_ALIAS (0x8000), which change what is where.</summary>
    public const uint KnownFeatures = 0x3FFD;
}
