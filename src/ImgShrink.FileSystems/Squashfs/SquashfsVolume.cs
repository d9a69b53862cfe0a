using ImgShrink.Blocks;
using ImgShrink.FileSystems.Squashfs.OnDisk;

namespace ImgShrink.FileSystems.Squashfs;

/// <summary>A squashfs volume: packed, so all of it counts. It ends where its superblock says.</summary>
/// <remarks>What lies behind that end is not squashfs, and kept like any gap: some systems put settings there.</remarks>
internal sealed class SquashfsVolume : MappedVolume
{
    // Block devices are read in pages, so writers pad to that.
    private const int Padding = 4096;

    private SquashfsVolume(IBlockSource volume)
    {
        if (volume.Length < SquashfsSuperblock.Size)
            throw Damaged("the partition", $"{volume.Length} bytes long", $"{SquashfsSuperblock.Size} or more");
        var superblock = new SquashfsSuperblock(volume.ReadBytes(0, SquashfsSuperblock.Size));
        if (superblock.Major != 4)
            throw Damaged("s_major", $"{superblock.Major}", "4");
        if (superblock.BlockLog is < 12 or > 20 || superblock.BlockSize != 1u << superblock.BlockLog)
            throw Damaged("block_size", $"{superblock.BlockSize}", "2^block_log, 4096 to 1048576");
        if (superblock.BytesUsed < SquashfsSuperblock.Size || superblock.BytesUsed > (ulong)volume.Length)
            throw Damaged("bytes_used", $"{superblock.BytesUsed}",
                $"{SquashfsSuperblock.Size} to {volume.Length}, which the partition has");
        if (superblock.InodeTable >= superblock.DirectoryTable || superblock.DirectoryTable > superblock.BytesUsed)
            throw Damaged("inode_table_start", $"{superblock.InodeTable}",
                $"less than directory_table_start ({superblock.DirectoryTable}) and bytes_used ({superblock.BytesUsed})");
        Bytes = Math.Min(volume.Length, ((long)superblock.BytesUsed + Padding - 1) / Padding * Padding);
    }

    /// <inheritdoc/>
    public override string FileSystem => "squashfs";

    /// <summary>None: squashfs has no labels.</summary>
    public override string? Label => null;

    /// <summary>None: squashfs has no ids.</summary>
    public override string? Uuid => null;

    /// <inheritdoc/>
    public override long Bytes { get; }

    /// <summary>Opens a volume that begins with the magic number.</summary>
    /// <exception cref="CorruptImageException">Its superblock cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new SquashfsVolume(volume);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap() => AllocationMap.Of(RangeSet.Of(new ByteRange(0, Bytes)));

    private static CorruptImageException Damaged(string field, string found, string expected) =>
        new(new Finding("squashfs superblock", field, found, expected), "Copy the card again.");
}
