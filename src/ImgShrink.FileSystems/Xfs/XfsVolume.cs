using ImgShrink.Blocks;
using ImgShrink.FileSystems.Xfs.OnDisk;

namespace ImgShrink.FileSystems.Xfs;

/// <summary>An XFS volume: all but the free space of its allocation groups. Its log is kept as a whole.</summary>
internal sealed class XfsVolume : MappedVolume
{
    private readonly IBlockSource _volume;
    private readonly XfsGeometry _geometry;
    private readonly byte[] _superblock;

    private XfsVolume(IBlockSource volume)
    {
        (_volume, _geometry) = (volume, XfsGeometry.From(volume));
        _superblock = volume.ReadBytes(0, XfsSuperblock.SmallestSize);
    }

    /// <inheritdoc/>
    public override string FileSystem => "xfs";

    /// <inheritdoc/>
    public override string? Label => VolumeText.Utf8(Superblock.Label);

    /// <inheritdoc/>
    public override string? Uuid => VolumeText.Uuid(Superblock.Uuid);

    /// <inheritdoc/>
    public override long Bytes => _geometry.Bytes;

    private XfsSuperblock Superblock => new(_superblock);

    /// <summary>Opens a volume that begins with the magic number.</summary>
    /// <exception cref="CorruptImageException">Its superblock cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new XfsVolume(volume);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap() => Obstacle() is string obstacle
        ? AllocationMap.Doubtful(obstacle)
        : AllocationMap.Of(new XfsFreeSpace(_volume, _geometry).UsedBlocks());

    private string? Obstacle()
    {
        XfsSuperblock superblock = Superblock;
        if (superblock.IsInProgress)
            return "is not complete: mkfs or a copy was interrupted";
        if (_geometry.IsVersion5 && (superblock.Features & XfsSuperblock.NeedsRepair) != 0)
            return "has to be repaired first (xfs_repair)";
        if (_geometry.IsVersion5 && ((superblock.Features & ~XfsSuperblock.KnownFeatures) != 0
            || (superblock.ReadOnlyFeatures & ~XfsSuperblock.KnownReadOnlyFeatures) != 0))
            return $"has features that are not known (0x{superblock.Features:X}, 0x{superblock.ReadOnlyFeatures:X})";
        if (_geometry.Log.Length == 0)
            return "has its log on another device, so nobody can tell whether it was unmounted cleanly";
        return XfsLog.IsClean(_volume, _geometry) ? null : "was not unmounted cleanly: its log has to be replayed";
    }
}
