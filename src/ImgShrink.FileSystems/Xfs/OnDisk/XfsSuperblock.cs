using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Xfs.OnDisk;

/// <summary>The superblock of XFS, viewed in place: the first sector of the volume, big-endian.</summary>
/// <remarks>Spec: XFS Algorithms &amp; Data Structures, 3rd edition, "Superblocks"; names are its.</remarks>
internal readonly ref struct XfsSuperblock
{
    public const int SmallestSize = 512;
    public const int ChecksumAt = 0xE0;                                             // sb_crc

    private readonly ReadOnlySpan<byte> _b;

    public XfsSuperblock(ReadOnlySpan<byte> bytes) => _b = bytes;

    public uint BlockSize => Be.U32(_b, 0x04);                                      // sb_blocksize
    public ulong BlockCount => Be.U64(_b, 0x08);                                    // sb_dblocks
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x20, 16);                           // sb_uuid
    public ulong LogStart => Be.U64(_b, 0x30);                                      // sb_logstart, 0 on another device
    public uint GroupBlocks => Be.U32(_b, 0x54);                                    // sb_agblocks
    public uint GroupCount => Be.U32(_b, 0x58);                                     // sb_agcount
    public uint LogBlocks => Be.U32(_b, 0x60);                                      // sb_logblocks
    public int Version => Be.U16(_b, 0x64) & 0xF;                                   // sb_versionnum
    public int SectorSize => Be.U16(_b, 0x66);                                      // sb_sectsize
    public ReadOnlySpan<byte> Label => _b.Slice(0x6C, 12);                          // sb_fname
    public int BlockLog => _b[0x78];                                                // sb_blocklog
    public int GroupLog => _b[0x7C];                                                // sb_agblklog
    public bool IsInProgress => _b[0x7E] != 0;                                      // sb_inprogress
    public uint ReadOnlyFeatures => Be.U32(_b, 0xD4);                               // sb_features_ro_compat, version 5
    public uint Features => Be.U32(_b, 0xD8);                                       // sb_features_incompat, version 5
    public ReadOnlySpan<byte> MetadataUuid => _b.Slice(0xF8, 16);                   // sb_meta_uuid, with META_UUID

    /// <summary>Structures bear sb_meta_uuid.</summary>
    public const uint HasMetadataUuid = 1 << 2;

    /// <summary>xfs_repair has to run before anything else.</summary>
    public const uint NeedsRepair = 1 << 4;

    /// <summary>FTYPE, SPINODES, META_UUID, BIGTIME, NREXT64, EXCHRANGE, PARENT: none says where free space is.</summary>
    public const uint KnownFeatures = 0b1110_1111;

    /// <summary>FINOBT, RMAPBT, REFLINK, INOBTCNT.</summary>
    public const uint KnownReadOnlyFeatures = 0b1111;
}
