using ImgShrink.Blocks;
using ImgShrink.FileSystems.Erofs.OnDisk;

namespace ImgShrink.FileSystems.Erofs;

/// <summary>An EROFS volume: packed, so all of it counts. It ends where its superblock says.</summary>
/// <remarks>What lies behind that end is not EROFS, and kept like any gap.</remarks>
internal sealed class ErofsVolume : MappedVolume
{
    private const int SmallestBlockBits = 9;
    private const int LargestBlockBits = 16;

    private ErofsVolume(IBlockSource volume)
    {
        if (volume.Length < ErofsSuperblock.Offset + ErofsSuperblock.Size)
            throw Damaged("the partition", $"{volume.Length} bytes long", "long enough for it");
        var superblock = new ErofsSuperblock(volume.ReadBytes(ErofsSuperblock.Offset, ErofsSuperblock.Size));
        if (superblock.BlockBits is < SmallestBlockBits or > LargestBlockBits)
            throw Damaged("blkszbits", $"{superblock.BlockBits}", $"{SmallestBlockBits} to {LargestBlockBits}");
        if (superblock.HasChecksum)
            RequireChecksum(volume, superblock);
        Bytes = superblock.HasWideAddresses ? volume.Length : (long)superblock.Blocks << superblock.BlockBits;
        if (Bytes < ErofsSuperblock.Offset + ErofsSuperblock.Size || Bytes > volume.Length)
            throw Damaged("blocks", $"{superblock.Blocks}",
                $"1 to {volume.Length >> superblock.BlockBits}, which the partition has");
        Label = VolumeText.Utf8(superblock.Label);
        Uuid = VolumeText.Uuid(superblock.Uuid);
    }

    /// <inheritdoc/>
    public override string FileSystem => "erofs";

    /// <inheritdoc/>
    public override string? Label { get; }

    /// <inheritdoc/>
    public override string? Uuid { get; }

    /// <inheritdoc/>
    public override long Bytes { get; }

    /// <summary>Opens a volume with the magic number at byte 1024.</summary>
    /// <exception cref="CorruptImageException">Its superblock cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new ErofsVolume(volume);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap() => AllocationMap.Of(RangeSet.Of(new ByteRange(0, Bytes)));

    /// <summary>The checksum covers the superblock's block from the superblock on; in small blocks, the superblock's own.</summary>
    private static void RequireChecksum(IBlockSource volume, ErofsSuperblock superblock)
    {
        int blockBytes = 1 << superblock.BlockBits;
        int covered = blockBytes > ErofsSuperblock.Offset ? blockBytes - ErofsSuperblock.Offset : blockBytes;
        if (volume.Length < ErofsSuperblock.Offset + covered)
            throw Damaged("the partition", $"{volume.Length} bytes long", "long enough for its first block");
        uint expected = ErofsSuperblock.ChecksumOf(volume.ReadBytes(ErofsSuperblock.Offset, covered));
        if (superblock.Checksum != expected)
            throw Damaged("checksum", $"0x{superblock.Checksum:X8}", $"0x{expected:X8}");
    }

    private static CorruptImageException Damaged(string field, string found, string expected) =>
        new(new Finding("erofs superblock", field, found, expected), "Copy the card again.");
}
