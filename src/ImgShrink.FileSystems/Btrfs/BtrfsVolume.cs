using ImgShrink.Blocks;
using ImgShrink.FileSystems.Btrfs.OnDisk;

namespace ImgShrink.FileSystems.Btrfs;

/// <summary>A btrfs volume on one device: the extents of its extent tree, and its superblocks.</summary>
/// <remarks>Nothing else is in use: every tree block and every run of data has an item in that tree.</remarks>
internal sealed class BtrfsVolume : MappedVolume
{
    private const ulong ExtentTree = 2;

    // Of an item that describes a tree: where its top block is, and which level that has.
    private const int RootAddressAt = 0xB0;
    private const int RootLevelAt = 0xEE;

    private const BtrfsFlags KnownFlags = BtrfsFlags.Written | BtrfsFlags.Relocated | BtrfsFlags.Seeding;

    private const BtrfsFeatures KnownFeatures = BtrfsFeatures.MixedBackref | BtrfsFeatures.DefaultSubvolume
        | BtrfsFeatures.MixedGroups | BtrfsFeatures.CompressLzo | BtrfsFeatures.CompressZstd | BtrfsFeatures.BigMetadata
        | BtrfsFeatures.ExtendedIref | BtrfsFeatures.SkinnyMetadata | BtrfsFeatures.NoHoles | BtrfsFeatures.MetadataUuid
        | BtrfsFeatures.Raid1C34 | BtrfsFeatures.SimpleQuota;

    // Free space tree and its mark of being valid, verity, block group tree.
    private const ulong KnownReadOnlyFeatures = 0xF;

    // Nothing is allocated in the first MiB, where boot loaders lie, and around the copies of the superblock.
    private static readonly ByteRange[] s_reserved = [new(0, 1 << 20), new(64 << 20, 65536), new(256L << 30, 65536)];

    private readonly IBlockSource _volume;
    private readonly byte[] _superblock;
    private readonly BtrfsGeometry _geometry;

    private BtrfsVolume(IBlockSource volume)
    {
        if (volume.Length < BtrfsSuperblock.Offset + BtrfsSuperblock.Size)
            throw new CorruptImageException(
                new Finding("btrfs superblock", "the partition", $"{volume.Length} bytes long", "long enough for it"),
                BtrfsGeometry.Advice);
        (_volume, _superblock) = (volume, volume.ReadBytes(BtrfsSuperblock.Offset, BtrfsSuperblock.Size));
        _geometry = BtrfsGeometry.From(_superblock, volume.Length);
    }

    /// <inheritdoc/>
    public override string FileSystem => "btrfs";

    /// <inheritdoc/>
    public override string? Label => VolumeText.Utf8(Superblock.Label);

    /// <inheritdoc/>
    public override string? Uuid => VolumeText.Uuid(Superblock.FsId);

    /// <inheritdoc/>
    public override long Bytes => _geometry.Bytes;

    private BtrfsSuperblock Superblock => new(_superblock);

    /// <summary>Opens a volume with the magic number in its superblock.</summary>
    /// <exception cref="CorruptImageException">Its superblock cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new BtrfsVolume(volume);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap()
    {
        if (Obstacle() is string obstacle)
            return AllocationMap.Doubtful(obstacle);
        var chunks = new ChunkMap(_geometry);
        var trees = new BtrfsTrees(_volume, _geometry, chunks);
        AddSystemChunks(chunks);
        foreach (var (key, item) in trees.Items(new TreePointer(Superblock.ChunkRoot, Superblock.ChunkRootLevel), BtrfsKey.ChunkItem))
            chunks.Add(key.Offset, item);
        if (chunks.HasOtherProfile)
            return AllocationMap.Doubtful("has chunks of a RAID profile");
        var data = new RangeSet();
        foreach (ByteRange reserved in s_reserved)
            data.Add(ByteRange.Between(Math.Min(reserved.Start, Bytes), Math.Min(reserved.End, Bytes)));
        AddExtents(data, trees, chunks);
        return AllocationMap.Of(data);
    }

    /// <summary>Why the extent tree does not tell, or not all.</summary>
    private string? Obstacle()
    {
        BtrfsSuperblock superblock = Superblock;
        if (superblock.LogRoot != 0)
            return "was not unmounted cleanly: it has a log to replay";
        if (superblock.DeviceCount != 1)
            return $"spans {superblock.DeviceCount} devices";
        if (superblock.ChecksumKind is not (BtrfsChecksumKind.Crc32C or BtrfsChecksumKind.Sha256))
            return $"has checksums of a kind ({superblock.ChecksumKind}) that is not verified";
        return (superblock.Flags & ~KnownFlags) != 0 || (superblock.Features & ~KnownFeatures) != 0
            || (superblock.ReadOnlyFeatures & ~KnownReadOnlyFeatures) != 0
            ? $"has features that are not known (0x{(ulong)superblock.Features:X}, 0x{superblock.ReadOnlyFeatures:X}, "
                + $"flags 0x{(ulong)superblock.Flags:X})"
            : null;
    }

    /// <summary>The chunks that hold the chunk tree itself are in the superblock, too.</summary>
    private void AddSystemChunks(ChunkMap chunks)
    {
        ReadOnlySpan<byte> rest = Superblock.SystemChunks;
        while (rest.Length >= BtrfsKey.Size + ChunkItem.HeaderSize)
        {
            BtrfsKey key = BtrfsKey.Read(rest);
            rest = rest[BtrfsKey.Size..];
            int length = ChunkItem.HeaderSize + new ChunkItem(rest).StripeCount * ChunkItem.StripeSize;
            if (key.Type != BtrfsKey.ChunkItem || length > rest.Length)
                throw new CorruptImageException(
                    new Finding("btrfs superblock", "sys_chunk_array", $"an item of the type {key.Type}", "whole chunks"),
                    BtrfsGeometry.Advice);
            chunks.Add(key.Offset, rest[..length]);
            rest = rest[length..];
        }
    }

    private void AddExtents(RangeSet data, BtrfsTrees trees, ChunkMap chunks)
    {
        ulong end = 0, total = 0;
        foreach (var (key, _) in trees.Items(ExtentRoot(trees), BtrfsKey.ExtentItem, BtrfsKey.MetadataItem))
        {
            ulong length = key.Type == BtrfsKey.MetadataItem ? (ulong)_geometry.NodeSize : key.Offset;
            if (key.Id < end || length == 0 || length > (ulong)Bytes)
                throw Damaged($"the extent at {key.Id}", $"{length} bytes long", $"behind {end}, and no longer than the volume");
            foreach (ByteRange place in chunks.PlacesOf(key.Id, (long)length))
                data.Add(place);
            (end, total) = (key.Id + length, total + length);
        }

        if (total != Superblock.BytesUsed)
            throw Damaged("the sum of all extents", $"{total} bytes", $"{Superblock.BytesUsed} (bytes_used)");
    }

    private static TreePointer ExtentRoot(BtrfsTrees trees, TreePointer roots)
    {
        foreach (var (key, item) in trees.Items(roots, BtrfsKey.RootItem))
            if (key.Id == ExtentTree && item.Length > RootLevelAt)
                return new TreePointer(Le.U64(item, RootAddressAt), item[RootLevelAt]);
        throw Damaged("its root", "missing", "in the tree of roots");
    }

    private TreePointer ExtentRoot(BtrfsTrees trees) =>
        ExtentRoot(trees, new TreePointer(Superblock.Root, Superblock.RootLevel));

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("btrfs extent tree", place, found, expected), BtrfsGeometry.Advice);
}
