using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Btrfs.OnDisk;

/// <summary>The superblock of btrfs, viewed in place: 4096 bytes at byte 65536, little-endian.</summary>
/// <remarks>Spec: btrfs documentation, "On-disk format", "Superblock"; names are its.</remarks>
internal readonly ref struct BtrfsSuperblock
{
    public const int Offset = 65536;
    public const int Size = 4096;
    public const int ChecksumSize = 32;
    public const int MostSystemChunkBytes = 2048;

    private readonly ReadOnlySpan<byte> _b;

    public BtrfsSuperblock(ReadOnlySpan<byte> bytes) => _b = bytes[..Size];

    public ReadOnlySpan<byte> FsId => _b.Slice(0x20, 16);                           // fsid
    public ulong Address => Le.U64(_b, 0x30);                                       // bytenr
    public BtrfsFlags Flags => (BtrfsFlags)Le.U64(_b, 0x38);                        // flags
    public ulong Generation => Le.U64(_b, 0x48);                                    // generation
    public ulong Root => Le.U64(_b, 0x50);                                          // root, of the tree of roots
    public ulong ChunkRoot => Le.U64(_b, 0x58);                                     // chunk_root
    public ulong LogRoot => Le.U64(_b, 0x60);                                       // log_root
    public ulong BytesUsed => Le.U64(_b, 0x78);                                     // bytes_used
    public ulong DeviceCount => Le.U64(_b, 0x88);                                   // num_devices
    public uint SectorSize => Le.U32(_b, 0x90);                                     // sectorsize
    public uint NodeSize => Le.U32(_b, 0x94);                                       // nodesize
    public uint SystemChunkBytes => Le.U32(_b, 0xA0);                               // sys_chunk_array_size
    public ulong ReadOnlyFeatures => Le.U64(_b, 0xB4);                              // compat_ro_flags
    public BtrfsFeatures Features => (BtrfsFeatures)Le.U64(_b, 0xBC);               // incompat_flags
    public BtrfsChecksumKind ChecksumKind => (BtrfsChecksumKind)Le.U16(_b, 0xC4);   // csum_type
    public byte RootLevel => _b[0xC6];                                              // root_level
    public byte ChunkRootLevel => _b[0xC7];                                         // chunk_root_level
    public ulong DeviceId => Le.U64(_b, 0xC9);                                      // dev_item.devid
    public ulong DeviceBytes => Le.U64(_b, 0xD1);                                   // dev_item.total_bytes
    public ReadOnlySpan<byte> Label => _b.Slice(0x12B, 256);                        // label
    public ReadOnlySpan<byte> MetadataId => _b.Slice(0x23B, 16);                    // metadata_uuid
    public ReadOnlySpan<byte> SystemChunks => _b.Slice(0x32B, (int)SystemChunkBytes); // sys_chunk_array
}

/// <summary>The field flags of the superblock, as far as they are harmless.</summary>
[Flags]
internal enum BtrfsFlags : ulong
{
    Written = 1,
    Relocated = 1 << 1,
    Seeding = 1UL << 32,
}

/// <summary>The field incompat_flags of the superblock, as far as it leaves the place of things as it is.</summary>
[Flags]
internal enum BtrfsFeatures : ulong
{
    MixedBackref = 1 << 0,
    DefaultSubvolume = 1 << 1,
    MixedGroups = 1 << 2,
    CompressLzo = 1 << 3,
    CompressZstd = 1 << 4,
    BigMetadata = 1 << 5,
    ExtendedIref = 1 << 6,
    SkinnyMetadata = 1 << 8,
    NoHoles = 1 << 9,
    MetadataUuid = 1 << 10,
    Raid1C34 = 1 << 11,
    SimpleQuota = 1 << 16,
}

/// <summary>How superblock and tree blocks are checked.</summary>
internal enum BtrfsChecksumKind
{
    Crc32C = 0,
    XxHash64 = 1,
    Sha256 = 2,
    Blake2b = 3,
}
