using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The ext2/3/4 superblock, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>
/// 1024 bytes at byte 1024 of the volume, little-endian. Spec: kernel documentation, filesystems/ext4, "Super Block";
/// the offsets are that table's.
/// </remarks>
internal readonly ref struct Superblock
{
    public const int Size = 1024;
    public const int Offset = 1024;
    public const ushort ExpectedMagic = 0xEF53;

    private readonly Span<byte> _b;

    public Superblock(Span<byte> bytes) => _b = bytes[..Size];

    public uint InodesCount { get => Le.U32(_b, 0x0); set => Le.Put32(_b, 0x0, value); }              // s_inodes_count
    public long BlocksCount { get => Get64(0x4, 0x150); set => Put64(0x4, 0x150, value); }            // s_blocks_count
    public long ReservedBlocks { get => Get64(0x8, 0x154); set => Put64(0x8, 0x154, value); }         // s_r_blocks_count
    public long FreeBlocks { get => Get64(0xC, 0x158); set => Put64(0xC, 0x158, value); }             // s_free_blocks_count
    public uint FreeInodes { get => Le.U32(_b, 0x10); set => Le.Put32(_b, 0x10, value); }             // s_free_inodes_count
    public uint FirstDataBlock { get => Le.U32(_b, 0x14); set => Le.Put32(_b, 0x14, value); }         // s_first_data_block
    public uint LogBlockSize { get => Le.U32(_b, 0x18); set => Le.Put32(_b, 0x18, value); }           // s_log_block_size
    public uint LogClusterSize { get => Le.U32(_b, 0x1C); set => Le.Put32(_b, 0x1C, value); }         // s_log_cluster_size
    public uint BlocksPerGroup { get => Le.U32(_b, 0x20); set => Le.Put32(_b, 0x20, value); }         // s_blocks_per_group
    public uint ClustersPerGroup { get => Le.U32(_b, 0x24); set => Le.Put32(_b, 0x24, value); }       // s_clusters_per_group
    public uint InodesPerGroup { get => Le.U32(_b, 0x28); set => Le.Put32(_b, 0x28, value); }         // s_inodes_per_group
    public uint WriteTime { get => Le.U32(_b, 0x30); set => Le.Put32(_b, 0x30, value); }              // s_wtime
    public ushort MaxMountCount { get => Le.U16(_b, 0x36); set => Le.Put16(_b, 0x36, value); }        // s_max_mnt_count
    public ushort Magic { get => Le.U16(_b, 0x38); set => Le.Put16(_b, 0x38, value); }                // s_magic
    public ushort State { get => Le.U16(_b, 0x3A); set => Le.Put16(_b, 0x3A, value); }                // s_state
    public ushort ErrorBehaviour { get => Le.U16(_b, 0x3C); set => Le.Put16(_b, 0x3C, value); }       // s_errors
    public uint LastCheck { get => Le.U32(_b, 0x40); set => Le.Put32(_b, 0x40, value); }              // s_lastcheck
    public uint Revision { get => Le.U32(_b, 0x4C); set => Le.Put32(_b, 0x4C, value); }               // s_rev_level
    public uint FirstInode { get => Le.U32(_b, 0x54); set => Le.Put32(_b, 0x54, value); }             // s_first_ino
    public ushort InodeSize { get => Le.U16(_b, 0x58); set => Le.Put16(_b, 0x58, value); }            // s_inode_size
    public ushort GroupNumber { get => Le.U16(_b, 0x5A); set => Le.Put16(_b, 0x5A, value); }          // s_block_group_nr
    public Span<byte> Uuid => _b.Slice(0x68, 16);                                                     // s_uuid
    public ushort ReservedGdtBlocks { get => Le.U16(_b, 0xCE); set => Le.Put16(_b, 0xCE, value); }    // s_reserved_gdt_blocks
    public Span<byte> JournalUuid => _b.Slice(0xD0, 16);                                              // s_journal_uuid
    public uint JournalInode { get => Le.U32(_b, 0xE0); set => Le.Put32(_b, 0xE0, value); }           // s_journal_inum
    public uint JournalDevice => Le.U32(_b, 0xE4);                                                    // s_journal_dev
    public uint LastOrphan { get => Le.U32(_b, 0xE8); set => Le.Put32(_b, 0xE8, value); }             // s_last_orphan
    public Span<byte> HashSeed => _b.Slice(0xEC, 16);                                                 // s_hash_seed
    public byte DefaultHashVersion { get => _b[0xFC]; set => _b[0xFC] = value; }                      // s_def_hash_version
    public byte JournalBackupType { get => _b[0xFD]; set => _b[0xFD] = value; }                       // s_jnl_backup_type
    public ushort DescriptorSize { get => Le.U16(_b, 0xFE); set => Le.Put16(_b, 0xFE, value); }       // s_desc_size
    public uint DefaultMountOptions { get => Le.U32(_b, 0x100); set => Le.Put32(_b, 0x100, value); }  // s_default_mount_opts
    public uint FirstMetaBg { get => Le.U32(_b, 0x104); set => Le.Put32(_b, 0x104, value); }          // s_first_meta_bg
    public uint MakeTime { get => Le.U32(_b, 0x108); set => Le.Put32(_b, 0x108, value); }             // s_mkfs_time
    public ushort MinExtraIsize { get => Le.U16(_b, 0x15C); set => Le.Put16(_b, 0x15C, value); }      // s_min_extra_isize
    public ushort WantExtraIsize { get => Le.U16(_b, 0x15E); set => Le.Put16(_b, 0x15E, value); }     // s_want_extra_isize
    public uint Flags { get => Le.U32(_b, 0x160); set => Le.Put32(_b, 0x160, value); }                // s_flags
    public long MmpBlock                                                                              // s_mmp_block
    {
        get => unchecked((long)(Le.U32(_b, 0x168) | (ulong)Le.U32(_b, 0x16C) << 32));
        set { Le.Put32(_b, 0x168, unchecked((uint)value)); Le.Put32(_b, 0x16C, (uint)(value >> 32)); }
    }

    public byte LogGroupsPerFlex { get => _b[0x174]; set => _b[0x174] = value; }                      // s_log_groups_per_flex
    public byte ChecksumType { get => _b[0x175]; set => _b[0x175] = value; }                          // s_checksum_type
    public uint ErrorCount => Le.U32(_b, 0x194);                                                      // s_error_count
    public uint UserQuotaInode { get => Le.U32(_b, 0x240); set => Le.Put32(_b, 0x240, value); }       // s_usr_quota_inum
    public uint GroupQuotaInode { get => Le.U32(_b, 0x244); set => Le.Put32(_b, 0x244, value); }      // s_grp_quota_inum
    public uint OverheadClusters { get => Le.U32(_b, 0x248); set => Le.Put32(_b, 0x248, value); }     // s_overhead_clusters
    public (uint First, uint Second) BackupGroups                                                     // s_backup_bgs
    {
        get => (Le.U32(_b, 0x24C), Le.U32(_b, 0x250));
        set { Le.Put32(_b, 0x24C, value.First); Le.Put32(_b, 0x250, value.Second); }
    }

    public uint LostAndFoundInode { get => Le.U32(_b, 0x268); set => Le.Put32(_b, 0x268, value); }    // s_lpf_ino
    public uint ProjectQuotaInode { get => Le.U32(_b, 0x26C); set => Le.Put32(_b, 0x26C, value); }    // s_prj_quota_inum
    public uint ChecksumSeed => Le.U32(_b, 0x270);                                                    // s_checksum_seed
    public uint OrphanFileInode { get => Le.U32(_b, 0x280); set => Le.Put32(_b, 0x280, value); }      // s_orphan_file_inum
    public uint Checksum { get => Le.U32(_b, 0x3FC); set => Le.Put32(_b, 0x3FC, value); }             // s_checksum

    /// <summary>Whether the journal is on another device: s_journal_uuid or s_journal_dev names it.</summary>
    public bool HasExternalJournal => JournalDevice != 0 || JournalUuid.ContainsAnyExcept((byte)0);

    /// <summary>s_jnl_blocks: the journal's i_block (60 bytes), then i_size_high and i_size_lo.</summary>
    public Span<byte> JournalBlocks => _b.Slice(0x10C, 68);

    public CompatFeatures Compat
    {
        get => (CompatFeatures)Le.U32(_b, 0x5C);                                                      // s_feature_compat
        set => Le.Put32(_b, 0x5C, (uint)value);
    }

    public IncompatFeatures Incompat
    {
        get => (IncompatFeatures)Le.U32(_b, 0x60);                                                    // s_feature_incompat
        set => Le.Put32(_b, 0x60, (uint)value);
    }

    public ReadOnlyFeatures ReadOnly
    {
        get => (ReadOnlyFeatures)Le.U32(_b, 0x64);                                                    // s_feature_ro_compat
        set => Le.Put32(_b, 0x64, (uint)value);
    }

    /// <summary>s_volume_name: 16 bytes, padded with zeros.</summary>
    public string Label
    {
        get
        {
            ReadOnlySpan<byte> name = _b.Slice(0x78, 16);
            int end = name.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
        }

        set
        {
            _b.Slice(0x78, 16).Clear();
            Encoding.UTF8.GetBytes(value, _b.Slice(0x78, 16));
        }
    }

    /// <summary>Copies the 1024 bytes.</summary>
    public void CopyTo(Span<byte> target) => _b.CopyTo(target);

    /// <summary>The checksum over bytes 0 to 0x3FB; it is not seeded by the volume's UUID.</summary>
    public uint ComputeChecksum() => Crc32C.Append(uint.MaxValue, _b[..0x3FC]);

    private long Get64(int lo, int hi) => Le.U32(_b, lo) | (long)(
        Incompat.HasFlag(IncompatFeatures.Bit64) ? Le.U32(_b, hi) : 0) << 32;

    private void Put64(int lo, int hi, long value)
    {
        Le.Put32(_b, lo, unchecked((uint)value));
        if (Incompat.HasFlag(IncompatFeatures.Bit64))
            Le.Put32(_b, hi, (uint)(value >> 32));
    }

    /// <summary>Keeps a copy of the journal's inode, its map and its size, for the day when that is lost.</summary>
    public void BackUpJournal(Inode journal)
    {
        journal.Block.CopyTo(JournalBlocks);
        Le.Put32(JournalBlocks, 60, (uint)(journal.Size >> 32));
        Le.Put32(JournalBlocks, 64, unchecked((uint)journal.Size));
        JournalBackupType = 1;
    }
}
