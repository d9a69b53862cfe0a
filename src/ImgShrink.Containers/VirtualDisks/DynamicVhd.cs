using System.Buffers.Binary;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.VirtualDisks;

/// <summary>A VHD that grows: blocks, each behind a bitmap of its sectors, and a table of where they are.</summary>
/// <remarks>Spec: Microsoft Virtual Hard Disk Image Format Specification 1.0, "Dynamic Disk Header Format".</remarks>
internal sealed class DynamicVhd : VirtualDisk
{
    private const int HeaderSize = 1024;
    private const int HeaderChecksumAt = 0x24;
    private const int SectorSize = 512;
    private const uint Unused = 0xFFFFFFFF;
    private const int LargestBlock = 256 << 20;

    private readonly int _bitmapBytes;

    private DynamicVhd(RawImageFile file, long length, int blockSize, long tableAt)
        : base(file, length, blockSize, blocks => ReadTable(file, tableAt, blocks, blockSize)) =>
        _bitmapBytes = BitmapBytes(blockSize);

    /// <summary>Opens a file that starts with a footer.</summary>
    /// <exception cref="CorruptImageException">It contradicts the format.</exception>
    /// <exception cref="UnsupportedImageException">It holds only the differences to another file.</exception>
    public static DynamicVhd Open(RawImageFile file)
    {
        if (file.Length < 2 * VhdFooter.Size + HeaderSize)
            throw Damaged(file, "VHD", "its length", file.Length, "a footer, a header, and a footer");
        var footer = new VhdFooter(file.ReadBytes(0, VhdFooter.Size));
        if (!footer.IsSound)
            throw Damaged(file, "VHD footer", "Checksum at byte 64", "wrong", "that of its bytes");
        if (footer.DiskType == VhdFooter.Differencing)
            throw new UnsupportedImageException(
                $"{file.Path} holds only what differs from another disk (a snapshot). Merge the two first, or convert it: qemu-img convert -O raw.");
        if (footer.DiskType != VhdFooter.Dynamic)
            throw Damaged(file, "VHD footer", "Disk Type", footer.DiskType, "3 (dynamic) at the start of a file");
        if (footer.CurrentSize == 0 || footer.CurrentSize % SectorSize != 0 || footer.CurrentSize > long.MaxValue)
            throw Damaged(file, "VHD footer", "Current Size", footer.CurrentSize, "a multiple of 512");
        if (footer.DataOffset > (ulong)(file.Length - HeaderSize))
            throw Damaged(file, "VHD footer", "Data Offset", footer.DataOffset, "inside of the file");

        byte[] header = file.ReadBytes((long)footer.DataOffset, HeaderSize);
        if (!header.AsSpan().StartsWith("cxsparse"u8)
            || Be.U32(header, HeaderChecksumAt) != VhdFooter.ChecksumOf(header, HeaderChecksumAt))
            throw Damaged(file, "VHD dynamic disk header", "Cookie and Checksum", "wrong", "\"cxsparse\" and that of its bytes");
        uint blockSize = Be.U32(header, 0x20);              // Block Size
        if (blockSize is < SectorSize * 8 or > LargestBlock || !uint.IsPow2(blockSize))
            throw Damaged(file, "VHD dynamic disk header", "Block Size", blockSize, $"a power of two from 4096 to {LargestBlock}");
        ulong tableAt = Be.U64(header, 0x10);               // Table Offset
        ulong blocks = footer.CurrentSize / blockSize + (footer.CurrentSize % blockSize == 0 ? 0u : 1u);
        if (Be.U32(header, 0x1C) < blocks)                  // Max Table Entries
            throw Damaged(file, "VHD dynamic disk header", "Max Table Entries", Be.U32(header, 0x1C), $"{blocks} or more");
        if (tableAt > (ulong)file.Length || blocks * 4 > (ulong)file.Length - tableAt)
            throw Damaged(file, "VHD dynamic disk header", "Table Offset", tableAt, "a table inside of the file");
        return new DynamicVhd(file, (long)footer.CurrentSize, (int)blockSize, (long)tableAt);
    }

    /// <inheritdoc/>
    /// <remarks>A sector whose bit is not set holds nothing, whatever lies there.</remarks>
    protected override void ReadInBlock(long place, int offset, Span<byte> into)
    {
        File.Read(place + _bitmapBytes + offset, into);
        byte[] bitmap = File.ReadBytes(place, BlockSize / SectorSize / 8);
        if (!bitmap.AsSpan().ContainsAnyExcept((byte)0xFF))
            return;
        for (int done = 0; done < into.Length;)
        {
            int sector = (offset + done) / SectorSize;
            int count = Math.Min(into.Length - done, (sector + 1) * SectorSize - offset - done);
            if ((bitmap[sector / 8] & 0x80 >> sector % 8) == 0)
                into.Slice(done, count).Clear();
            done += count;
        }
    }

    /// <summary>The bitmap of a block, in whole sectors.</summary>
    private static int BitmapBytes(int blockSize) => (blockSize / SectorSize / 8 + SectorSize - 1) / SectorSize * SectorSize;

    private static long[] ReadTable(RawImageFile file, long tableAt, long blocks, int blockSize)
    {
        byte[] table = file.ReadBytes(tableAt, checked((int)blocks * 4));
        var places = new long[blocks];
        for (int block = 0; block < blocks; block++)
        {
            uint sector = BinaryPrimitives.ReadUInt32BigEndian(table.AsSpan(block * 4));
            places[block] = sector == Unused ? -1 : (long)sector * SectorSize;
            if (places[block] > file.Length - BitmapBytes(blockSize) - blockSize)
                throw Damaged(file, "VHD block allocation table", $"entry {block}", sector, "a block inside of the file");
        }

        return places;
    }
}
