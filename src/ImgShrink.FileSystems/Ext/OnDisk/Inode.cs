using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The flags of an inode (i_flags) that decide how it is read.</summary>
[Flags]
internal enum InodeFlags : uint
{
    None = 0,
    Immutable = 0x10,
    Append = 0x20,
    Encrypted = 0x800,
    Indexed = 0x1000,
    ImagicInode = 0x2000,
    HugeFile = 0x40000,
    Extents = 0x80000,
    Verity = 0x100000,
    EaInode = 0x200000,
    Dax = 0x2000000,
    InlineData = 0x10000000,
    ProjectInherit = 0x20000000,
    CaseFolded = 0x40000000,
}

/// <summary>What an inode is: the top four bits of i_mode.</summary>
internal enum FileKind : ushort
{
    None = 0,
    Fifo = 0x1000,
    CharDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}

/// <summary>One inode, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>
/// s_inode_size bytes: a core of 128, then i_extra_isize more fields, then extended attributes. Spec: kernel
/// documentation, filesystems/ext4, "Index Nodes".
/// </remarks>
internal readonly ref struct Inode
{
    public const int CoreSize = 128;
    public const int BlockBytes = 60;

    private readonly Span<byte> _b;

    public Inode(Span<byte> bytes) => _b = bytes;

    public ushort Mode { get => Le.U16(_b, 0x0); set => Le.Put16(_b, 0x0, value); }                   // i_mode
    public long Size                                                                                  // i_size_lo, i_size_high
    {
        get => Le.U32(_b, 0x4) | (long)Le.U32(_b, 0x6C) << 32;
        set { Le.Put32(_b, 0x4, unchecked((uint)value)); Le.Put32(_b, 0x6C, (uint)(value >> 32)); }
    }

    public uint AccessTime { get => Le.U32(_b, 0x8); set => Le.Put32(_b, 0x8, value); }               // i_atime
    public uint ChangeTime { get => Le.U32(_b, 0xC); set => Le.Put32(_b, 0xC, value); }               // i_ctime
    public uint ModifyTime { get => Le.U32(_b, 0x10); set => Le.Put32(_b, 0x10, value); }             // i_mtime
    public uint DeletionTime { get => Le.U32(_b, 0x14); set => Le.Put32(_b, 0x14, value); }           // i_dtime
    public ushort LinksCount { get => Le.U16(_b, 0x1A); set => Le.Put16(_b, 0x1A, value); }           // i_links_count
    public InodeFlags Flags                                                                           // i_flags
    {
        get => (InodeFlags)Le.U32(_b, 0x20);
        set => Le.Put32(_b, 0x20, (uint)value);
    }

    /// <summary>
    /// i_block: the root of the extent tree, the block pointers, a short link's target, or a device number.
    /// </summary>
    public Span<byte> Block => _b.Slice(0x28, BlockBytes);
    public uint Generation { get => Le.U32(_b, 0x64); set => Le.Put32(_b, 0x64, value); }             // i_generation
    public long XattrBlock                                                                            // i_file_acl_lo, l_i_file_acl_high
    {
        get => Le.U32(_b, 0x68) | (long)Le.U16(_b, 0x76) << 32;
        set { Le.Put32(_b, 0x68, unchecked((uint)value)); Le.Put16(_b, 0x76, (ushort)(value >> 32)); }
    }

    public uint ObsoleteFragment => Le.U32(_b, 0x70);                                                 // i_obso_faddr
    public ushort ExtraSize { get => HasExtra ? Le.U16(_b, 0x80) : (ushort)0; set => Le.Put16(_b, 0x80, value); } // i_extra_isize
    public FileKind Kind => (FileKind)(Mode & 0xF000);
    public bool IsDirectory => Kind == FileKind.Directory;
    public bool HasExtents => Flags.HasFlag(InodeFlags.Extents);

    /// <summary>Whether the content is in <see cref="Block"/> and in the attribute "system.data".</summary>
    public bool HasInlineData => Flags.HasFlag(InodeFlags.InlineData);

    /// <summary>Whether it holds the value of an attribute of other inodes (ea_inode), and has no name.</summary>
    public bool IsEaInode => Flags.HasFlag(InodeFlags.EaInode);

    /// <summary>Of such an inode: how many entries refer to it.</summary>
    public long EaReferences                                                                          // i_ctime, l_i_version
    {
        get => (long)ChangeTime << 32 | Le.U32(_b, 0x24);
        set { ChangeTime = unchecked((uint)(value >> 32)); Le.Put32(_b, 0x24, unchecked((uint)value)); }
    }

    /// <summary>Of such an inode: the checksum of the value, which e_hash covers.</summary>
    public uint EaValueHash => AccessTime;                                                            // i_atime

    /// <summary>The bytes behind the fields, where attributes may be.</summary>
    public Span<byte> XattrArea =>
        ExtraSize != 0 && CoreSize + ExtraSize <= _b.Length ? _b[(CoreSize + ExtraSize)..] : [];

    /// <summary>All bytes of the inode.</summary>
    public Span<byte> Bytes => _b;

    /// <summary>
    /// i_blocks as it is stored: units of 512 bytes, or of blocks where <see cref="CountsInBlocks"/>.
    /// </summary>
    public long BlocksCount                                                                           // i_blocks_lo, l_i_blocks_high
    {
        get => Le.U32(_b, 0x1C) | (long)Le.U16(_b, 0x74) << 32;
        set { Le.Put32(_b, 0x1C, unchecked((uint)value)); Le.Put16(_b, 0x74, (ushort)(value >> 32)); }
    }

    public bool CountsInBlocks => Flags.HasFlag(InodeFlags.HugeFile);

    /// <summary>The checksum as stored: 32 bits where there is room for the high half, else 16.</summary>
    public uint Checksum                                                                              // l_i_checksum_lo, i_checksum_hi
    {
        get => Le.U16(_b, 0x7C) | (uint)(HasChecksumHigh ? Le.U16(_b, 0x82) : 0) << 16;
        set
        {
            Le.Put16(_b, 0x7C, unchecked((ushort)value));
            if (HasChecksumHigh)
                Le.Put16(_b, 0x82, (ushort)(value >> 16));
        }
    }

    /// <summary>Whether i_checksum_hi exists: a large inode whose extra fields reach that far.</summary>
    public bool HasChecksumHigh => HasExtra && ExtraSize >= 4;

    private bool HasExtra => _b.Length > CoreSize;

    /// <summary>Whether the content is reached through block pointers or extents in <see cref="Block"/>.</summary>
    /// <remarks>
    /// Devices keep their number there, short symbolic links their target, inline files their content.
    /// </remarks>
    public bool HasBlockMap => !HasInlineData && Kind switch
    {
        FileKind.Regular or FileKind.Directory => true,
        FileKind.SymbolicLink => HasExtents || Size >= BlockBytes,
        _ => false,
    };
}
