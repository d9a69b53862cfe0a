using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zip;

/// <summary>The only file in an archive, and the structures around its data.</summary>
/// <remarks>
/// Spec: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its ends) and
/// 4.5.3 (zip64). Little-endian. The sizes are in both headers, so nothing has to stand behind the data.
/// </remarks>
/// <param name="name">What the file is called in the archive.</param>
/// <param name="length">Bytes of the file.</param>
internal sealed class ZipEntry(string name, long length)
{
    private const uint In64 = uint.MaxValue; // A field that is in the zip64 record instead.
    private const ushort NamesAreUtf8 = 1 << 11, Deflated = 8, FirstOf1980 = 1 << 5 | 1;
    private const ushort SystemIsUnix = 3 << 8;
    private const uint RegularFileFor0644 = 0x81A4u << 16; // S_IFREG and the permissions, in the upper half
    private const ushort Zip64Tag = 1;

    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    /// <summary>
    /// Whether sizes need more than 32 bits; decided before the data is there, so the limit leaves room for data that
    /// grows when compressed.
    /// </summary>
    /// <remarks>Only then, because some unpackers know no zip64.</remarks>
    public bool IsZip64 { get; } = length >= 0xF000_0000;

    private ushort VersionNeeded => (ushort)(IsZip64 ? 45 : 20);

    /// <summary>Bytes of the local header.</summary>
    public int LocalHeaderSize => 30 + _name.Length + (IsZip64 ? 20 : 0);

    public byte[] LocalHeader(uint crc32, long compressed)
    {
        var header = new byte[LocalHeaderSize];
        Le.Put32(header, 0, 0x04034B50); // local file header signature
        PutCommon(header.AsSpan(4), crc32, compressed);
        _name.CopyTo(header, 30);
        if (IsZip64)
            PutZip64(header.AsSpan(30 + _name.Length), compressed);
        return header;
    }

    /// <summary>The central directory and its ends, which stand behind the data.</summary>
    public byte[] Directory(uint crc32, long compressed)
    {
        long start = LocalHeaderSize + compressed;
        int size = 46 + _name.Length + (IsZip64 ? 20 : 0);
        var all = new byte[size + (IsZip64 ? 56 + 20 : 0) + 22];
        Le.Put32(all, 0, 0x02014B50); // central file header signature
        Le.Put16(all, 4, (ushort)(SystemIsUnix | VersionNeeded)); // version made by
        PutCommon(all.AsSpan(6), crc32, compressed);
        Le.Put32(all, 38, RegularFileFor0644); // external file attributes
        _name.CopyTo(all, 46); // Offset of the local header, at 42, is 0.
        if (IsZip64)
        {
            PutZip64(all.AsSpan(46 + _name.Length), compressed);
            PutZip64Ends(all.AsSpan(size), start, size);
        }

        PutEnd(all.AsSpan(^22..), start, size);
        return all;
    }

    /// <summary>From "version needed to extract" to "extra field length": the same in both headers.</summary>
    private void PutCommon(Span<byte> fields, uint crc32, long compressed)
    {
        Le.Put16(fields, 0, VersionNeeded);
        Le.Put16(fields, 2, NamesAreUtf8); // general purpose bit flag
        Le.Put16(fields, 4, Deflated); // compression method
        Le.Put16(fields, 8, FirstOf1980); // last mod file date: none, so that the same image gives the same file
        Le.Put32(fields, 10, crc32);
        Le.Put32(fields, 14, IsZip64 ? In64 : (uint)compressed); // compressed size
        Le.Put32(fields, 18, IsZip64 ? In64 : (uint)length); // uncompressed size
        Le.Put16(fields, 22, (ushort)_name.Length); // file name length
        Le.Put16(fields, 24, (ushort)(IsZip64 ? 20 : 0)); // extra field length
    }

    /// <summary>The extra field with the sizes in 64 bits.</summary>
    private void PutZip64(Span<byte> field, long compressed)
    {
        Le.Put16(field, 0, Zip64Tag);
        Le.Put16(field, 2, 16); // Size
        Le.Put64(field, 4, (ulong)length); // Original Size
        Le.Put64(field, 12, (ulong)compressed); // Compressed Size
    }

    /// <summary>The zip64 end of central directory record, and its locator.</summary>
    private static void PutZip64Ends(Span<byte> ends, long start, int size)
    {
        Le.Put32(ends, 0, 0x06064B50); // zip64 end of central dir signature
        Le.Put64(ends, 4, 56 - 12); // size of the rest of this record
        Le.Put16(ends, 12, SystemIsUnix | 45); // version made by
        Le.Put16(ends, 14, 45); // version needed to extract
        Le.Put64(ends, 24, 1); // entries on this disk
        Le.Put64(ends, 32, 1); // entries
        Le.Put64(ends, 40, (ulong)size); // size of the central directory
        Le.Put64(ends, 48, (ulong)start); // its offset
        Span<byte> locator = ends[56..];
        Le.Put32(locator, 0, 0x07064B50); // zip64 end of central dir locator signature
        Le.Put64(locator, 8, (ulong)(start + size)); // offset of the record
        Le.Put32(locator, 16, 1); // number of disks
    }

    private void PutEnd(Span<byte> end, long start, int size)
    {
        Le.Put32(end, 0, 0x06054B50); // end of central dir signature
        Le.Put16(end, 8, 1); // entries on this disk
        Le.Put16(end, 10, 1); // entries
        Le.Put32(end, 12, (uint)size); // size of the central directory
        Le.Put32(end, 16, IsZip64 ? In64 : (uint)start); // its offset
    }
}
