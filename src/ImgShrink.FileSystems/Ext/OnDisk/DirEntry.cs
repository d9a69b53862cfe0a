using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>One record of a directory block, viewed in place; its bytes reach to the end of the block.</summary>
/// <remarks>
/// Spec: kernel documentation, filesystems/ext4, "Directory Entries". Without the filetype feature the name's length
/// has 16 bits; no name is longer than 255 bytes, so the upper byte is 0 then.
/// </remarks>
internal readonly ref struct DirEntry
{
    public const int HeaderSize = 8;
    public const int MaxName = 255;

    /// <summary>The file type of the last record of a block that carries a checksum.</summary>
    public const byte ChecksumTailType = 0xDE;

    /// <summary>Bytes of that last record: inode 0, length 12, type 0xDE, checksum.</summary>
    public const int TailSize = 12;

    private const int StoredHashSize = 8;
    private const int LargestBlock = 65536;
    private const ushort WholeBlock = 0xFFFF;

    private readonly Span<byte> _b;

    public DirEntry(Span<byte> bytes) => _b = bytes;

    public uint Inode { get => Le.U32(_b, 0x0); set => Le.Put32(_b, 0x0, value); }                    // inode
    public int RecordLength                                                                           // rec_len
    {
        // Of a record that fills a block of 64 KiB, 16 bits cannot tell the length.
        get => _b.Length == LargestBlock && Le.U16(_b, 0x4) is 0 or WholeBlock ? LargestBlock : Le.U16(_b, 0x4);
        set => Le.Put16(_b, 0x4, value == LargestBlock ? WholeBlock : (ushort)value);
    }

    public byte NameLength { get => _b[0x6]; set => _b[0x6] = value; }                                // name_len
    public byte FileType { get => _b[0x7]; set => _b[0x7] = value; }                                  // file_type
    public Span<byte> Name => _b.Slice(HeaderSize, NameLength);                                       // name

    /// <summary>
    /// Of an encrypted and casefolded name: its hash, which is stored behind it; null where the record has no room for it.
    /// </summary>
    public uint? StoredHash => RecordLength >= SizeFor(NameLength) + StoredHashSize                   // hash, minor_hash
        ? Le.U32(_b, SizeFor(NameLength)) : null;

    /// <summary>Whether the byte behind the name, which is padding where there is one, is zero.</summary>
    public bool IsTerminated => RecordLength > HeaderSize + NameLength && _b[HeaderSize + NameLength] == 0;

    /// <summary>The bytes that a record for a name of this length takes.</summary>
    public static int SizeFor(int nameLength) => HeaderSize + (nameLength + 3 & ~3);
}
