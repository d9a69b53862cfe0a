using System.Globalization;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Shrink;

namespace ImgShrink.FileSystems.Ext;

/// <summary>How small a volume shall become: by the room that stays free in it, or by the size it may have.</summary>
public sealed class ShrinkRoom
{
    // A system that boots creates files before it can grow.
    private const int SpareInodes = 64;
    private const long DefaultBytes = 20 << 20;

    private readonly long _bytes;
    private readonly double _share;
    private readonly long _wishedBytes;

    private ShrinkRoom(long bytes, double share, long wishedBytes) =>
        (_bytes, _share, _wishedBytes) = (bytes, share, wishedBytes);

    /// <summary>20 MiB, or one percent of what is in use if that is more: enough to boot and to grow.</summary>
    public static ShrinkRoom Default { get; } = new(DefaultBytes, 0.01, 0);

    /// <summary>Nothing at all: the exact minimum.</summary>
    public static ShrinkRoom None { get; } = new(0, 0, 0);

    /// <summary>This many bytes, 0 or more.</summary>
    public static ShrinkRoom Of(long bytes) => bytes == 0 ? None : new(bytes, 0, 0);

    /// <summary>This share of what is in use, 0.1 for ten percent.</summary>
    public static ShrinkRoom Share(double share) => new(0, share, 0);

    /// <summary>As much as the volume has when it is of this size, in bytes.</summary>
    public static ShrinkRoom UpTo(long volumeBytes) => new(0, 0, volumeBytes);

    /// <summary>The three numbers, which tell one room from another.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_bytes} {_share} {_wishedBytes}");

    /// <summary>Whether the size is given, and the room follows from it.</summary>
    internal bool IsWishedSize => _wishedBytes > 0;

    /// <summary>The number of blocks of the volume: never more than it has now.</summary>
    internal long BlocksFor(ExtGeometry geometry, long ownedBlocks, long inodes)
    {
        if (IsWishedSize)
        {
            long wished = SizeBound.AtMost(geometry, _wishedBytes / geometry.BlockSize);
            long smallest = SizeBound.Smallest(geometry, ownedBlocks, inodes);
            return wished >= smallest ? wished : throw TooSmall(geometry, smallest);
        }

        long room = (Math.Max(Math.Min(_bytes, geometry.Bytes), (long)(ownedBlocks * geometry.BlockSize * _share))
            + geometry.BlockSize - 1) / geometry.BlockSize;
        return SizeBound.Smallest(geometry, ownedBlocks + room, room == 0 ? inodes
            : Math.Min(inodes + SpareInodes, geometry.InodeCount));
    }

    internal NotEnoughSpaceException TooSmall(ExtGeometry geometry, long smallestBlocks) => new(
        $"The ext volume needs {smallestBlocks * geometry.BlockSize} bytes and may have {_wishedBytes}: "
        + $"{smallestBlocks * geometry.BlockSize - _wishedBytes} bytes too many. Delete files on the card, or allow a larger image.");
}
