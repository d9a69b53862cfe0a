using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Recovery;

namespace ImgShrink.FileSystems.Ext;

/// <summary>An ext2, ext3 or ext4 volume with its edits kept in an overlay; the source is never written.</summary>
public sealed partial class ExtVolume : IFileVolume
{
    internal const string RepairAdvice = "Run 'e2fsck -f' on the volume, or copy the card again.";

    private readonly byte[] _superblock;

    private ExtVolume(IBlockSource source, byte[] superblock, BlockSet? vacantTableBlocks)
    {
        _superblock = superblock;
        Store = new WriteOverlay(source);
        Geometry = ExtGeometry.From(Superblock, source.Length);
        Checksums = new ExtChecksums(Superblock);
        Groups = new GroupTable(Geometry);
        _vacantTableBlocks = vacantTableBlocks ?? new BlockSet(Geometry.BlockCount);
    }

    /// <inheritdoc/>
    public IFileTree OpenFiles() => ExtFileTree.Open(this);

    /// <inheritdoc/>
    public string FileSystem => Superblock.Incompat.HasFlag(IncompatFeatures.Extents) ? "ext4"
        : Superblock.Compat.HasFlag(CompatFeatures.HasJournal) ? "ext3" : "ext2";

    /// <inheritdoc/>
    public string? Label => Superblock.Label is { Length: > 0 } label ? label : null;

    /// <inheritdoc/>
    public string? Uuid => new Guid(Superblock.Uuid, bigEndian: true).ToString();

    /// <inheritdoc/>
    public long Bytes => Geometry.Bytes;

    /// <inheritdoc/>
    public long FreeBytes => Math.Clamp(Superblock.FreeBlocks, 0, Geometry.BlockCount) * Geometry.BlockSize;

    /// <summary>None: what there is to say depends on what becomes of it, and is in <see cref="Obstacle"/>,
    /// <see cref="Damage"/> and <see cref="Remark"/>.</summary>
    public IReadOnlyList<string> Warnings => [];

    /// <summary>Whether this many blocks and inodes are free, by the volume's own count.</summary>
    public bool HasRoomFor(int blocks, int inodes) => Superblock.FreeBlocks >= blocks
        && Superblock.FreeInodes >= inodes;

    /// <summary>When the volume was last written, to the second (s_wtime).</summary>
    public DateTimeOffset LastWritten => DateTimeOffset.FromUnixTimeSeconds(Superblock.WriteTime);

    /// <summary>Why the volume cannot be shrunk, in a sentence; null when nothing speaks against trying.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>Why a running system cannot grow the volume, in a few words; null when nothing speaks against it.</summary>
    public string? GrowthObstacle => Superblock.Compat.HasFlag(CompatFeatures.SparseSuper2)
        ? "no kernel grows a volume with sparse_super2 while it is mounted" : null;

    /// <summary>
    /// What was done in memory because the volume was not unmounted cleanly; null where it was, or where that failed.
    /// </summary>
    public RecoveryRecord? Recovery { get; internal set; }

    /// <summary>The volume's bytes with all edits made so far.</summary>
    internal WriteOverlay Store { get; }

    /// <summary>Where the fixed structures lie.</summary>
    internal ExtGeometry Geometry { get; }

    /// <summary>How checksums are computed here.</summary>
    internal ExtChecksums Checksums { get; }

    /// <summary>The group descriptors; edits are stored by <see cref="StoreGroups"/>.</summary>
    internal GroupTable Groups { get; }

    /// <summary>The superblock; edits are stored by <see cref="StoreSuperblock"/>.</summary>
    internal Superblock Superblock => new(_superblock);

    /// <summary>Whether the volume begins like an ext file system: the magic number at byte 1080.</summary>
    public static bool Recognises(IBlockSource volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return volume.Length >= Superblock.Offset + Superblock.Size
            && Le.U16(volume.ReadBytes(Superblock.Offset, Superblock.Size), 0x38) == Superblock.ExpectedMagic;
    }

    /// <summary>
    /// Opens a volume: reads and validates the superblock and the group descriptors, after a recovery in memory where the
    /// volume was not unmounted cleanly.
    /// </summary>
    /// <exception cref="CorruptImageException">They contradict the format, or fail their checksums.</exception>
    public static ExtVolume Open(IBlockSource volume)
    {
        ExtVolume stored = OpenStored(volume);
        if (stored.Obstacle is not null)
            return stored;
        try
        {
            ExtVolume opened = stored;
            if (VolumeRecovery.IsNeeded(stored.Superblock))
                opened = VolumeRecovery.Run(stored);
            else
                stored.LoadGroups();
            BadBlockList.RequireNone(opened);
            return opened;
        }
        catch (UnsupportedImageException refused)
        {
            stored.Obstacle = refused.Message;
            return stored;
        }
    }

    /// <summary>Opens the volume as it is now once more, with an overlay of its own.</summary>
    internal ExtVolume OpenOverlay()
    {
        ExtVolume opened = OpenStored(Store, _vacantTableBlocks);
        opened.LoadGroups();
        return opened;
    }

    /// <summary>Opens a volume as it is stored, and does not load its group descriptors yet.</summary>
    internal static ExtVolume OpenStored(IBlockSource volume, BlockSet? vacantTableBlocks = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        byte[] bytes = volume.ReadBytes(Superblock.Offset, Superblock.Size);
        var superblock = new Superblock(bytes);
        if (superblock.Magic != Superblock.ExpectedMagic)
            throw Damaged("s_magic at byte 1080", $"0x{superblock.Magic:X4}", "0xEF53");
        if (superblock.ReadOnly.HasFlag(ReadOnlyFeatures.MetadataChecksum))
        {
            if (superblock.ChecksumType != 1)
                throw Damaged("s_checksum_type", $"{superblock.ChecksumType}", "1 (crc32c)");
            if (superblock.Checksum != superblock.ComputeChecksum())
                throw Damaged("s_checksum", $"0x{superblock.Checksum:X8}", $"0x{superblock.ComputeChecksum():X8}");
        }

        var opened = new ExtVolume(volume, bytes, vacantTableBlocks);
        opened.FindObstacle();
        return opened;

        static CorruptImageException Damaged(string field, string found, string expected) =>
            ExtDamage.In("ext superblock", field, found, expected);
    }

    /// <summary>Reads one block.</summary>
    internal byte[] ReadBlock(long block)
    {
        var bytes = new byte[Geometry.BlockSize];
        Store.Read(block * Geometry.BlockSize, bytes);
        return bytes;
    }

    /// <summary>Replaces one block in the overlay.</summary>
    internal void WriteBlock(long block, ReadOnlySpan<byte> bytes) => Store.Write(block * Geometry.BlockSize, bytes);

    /// <summary>Whether a block number can be that of data: behind the superblock's block, before the end.</summary>
    internal bool IsInside(long block, long count = 1) =>
        block >= Geometry.FirstDataBlock && block <= Geometry.BlockCount - count && count > 0;

    /// <summary>Stores the descriptors, with their checksums, in the primary copy.</summary>
    internal void StoreGroups()
    {
        for (int group = 0; group < Groups.Count && Checksums.Groups; group++)
        {
            GroupDescriptor descriptor = Groups[group];
            descriptor.Checksum = Checksums.Descriptor(group, descriptor);
        }

        for (int i = 0; i < Geometry.DescriptorBlocks; i++)
            WriteBlock(Geometry.DescriptorCopies(i).First(), DescriptorBlock(i));
    }

    /// <summary>Stores the superblock, with its checksum, in the primary copy.</summary>
    internal void StoreSuperblock()
    {
        Superblock superblock = Superblock;
        if (Checksums.Metadata)
            superblock.Checksum = superblock.ComputeChecksum();
        Store.Write(Superblock.Offset, _superblock);
    }

    /// <summary>Makes the journal as short as it may be, 1024 blocks, in the volume's overlay.</summary>
    /// <returns>Whether it is shorter now.</returns>
    public bool TrimJournal() => Journal.JournalTrim.Apply(this);

    /// <summary>Bytes by which <see cref="TrimJournal"/> would make the journal of a sound volume shorter.</summary>
    public long SpareJournalBytes() => Journal.JournalTrim.Spare(this);

    /// <summary>Sets the share of the volume that only root may fill; a shrink keeps the share.</summary>
    /// <param name="share">0 to 0.5, as tune2fs allows.</param>
    public void ReserveForRoot(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 0.5);
        Superblock superblock = Superblock;
        superblock.ReservedBlocks = (long)(Geometry.BlockCount * share);
        StoreSuperblock();
        Edited();
    }

    private void FindObstacle()
    {
        try
        {
            FeaturePolicy.Require(Superblock);
            MultiMount.RequireIdle(this);
        }
        catch (UnsupportedImageException refused)
        {
            Obstacle = refused.Message;
        }
    }

    /// <summary>Loads the group descriptors.</summary>
    /// <param name="check">Whether their checksums are compared.</param>
    internal void LoadGroups(bool check = true)
    {
        for (int i = 0; i < Geometry.DescriptorBlocks; i++)
            Store.Read(Geometry.DescriptorCopies(i).First() * Geometry.BlockSize, DescriptorBlock(i));
        for (int group = 0; group < Groups.Count && Checksums.Groups && check; group++)
        {
            GroupDescriptor descriptor = Groups[group];
            ushort expected = Checksums.Descriptor(group, descriptor);
            if (descriptor.Checksum != expected)
                throw ExtDamage.In($"descriptor of block group {group}", "bg_checksum", $"0x{descriptor.Checksum:X4}",
                    $"0x{expected:X4}");
        }
    }

    private Span<byte> DescriptorBlock(int index) =>
        Groups.Bytes.Slice(index * Geometry.BlockSize, Geometry.BlockSize);
}
