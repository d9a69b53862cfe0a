using System.Numerics;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>One extended attribute: its name, and where its value is. Viewed in place.</summary>
/// <remarks>
/// 16 bytes, then the name, padded to a multiple of 4. Spec: kernel documentation, filesystems/ext4, "Extended Attributes".
/// </remarks>
internal readonly ref struct XattrEntry
{
    public const int HeaderSize = 16;

    /// <summary>EXT4_XATTR_SIZE_MAX: no driver reads a longer value.</summary>
    public const int LongestValue = 1 << 24;

    /// <summary>e_name_index of "system.", of which "data" is the rest of an inline file.</summary>
    public const byte SystemIndex = 7;

    private readonly Span<byte> _b;

    public XattrEntry(Span<byte> bytes) => _b = bytes;

    public byte NameLength => _b[0x0];                                                                // e_name_len
    public byte NameIndex => _b[0x1];                                                                 // e_name_index
    public ushort ValueOffset => Le.U16(_b, 0x2);                                                     // e_value_offs
    public uint ValueInode { get => Le.U32(_b, 0x4); set => Le.Put32(_b, 0x4, value); }               // e_value_inum
    public uint ValueSize => Le.U32(_b, 0x8);                                                         // e_value_size
    public uint Hash => Le.U32(_b, 0xC);                                                              // e_hash
    public ReadOnlySpan<byte> Name => _b.Slice(HeaderSize, NameLength);

    /// <summary>Bytes of the entry, its padding included.</summary>
    public int Size => HeaderSize + Padded(NameLength);

    /// <summary>Whether the value is in the area of its list, and not in an inode of its own, nor empty.</summary>
    public bool HasValueInArea => ValueInode == 0 && ValueSize != 0;

    public bool Is(byte index, ReadOnlySpan<byte> name) => NameIndex == index && Name.SequenceEqual(name);

    /// <summary>What e_hash may be: old kernels took the characters of a name for signed.</summary>
    public bool HasHash(ReadOnlySpan<byte> value) =>
        Hash == WithValue(HashOfName(Name), value) || Hash == WithValue(HashOfName(Name, signed: true), value);

    /// <summary>The same for a value in an inode of its own, which has a hash itself.</summary>
    public bool HasHash(uint valueHash) =>
        Hash == WithWord(HashOfName(Name), valueHash) || Hash == WithWord(HashOfName(Name, signed: true), valueHash);

    /// <summary>e_hash of a name and a value in the area of the list.</summary>
    public static uint HashOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => WithValue(HashOfName(name), value);

    public static int Padded(int length) => length + 3 & ~3;

    private static uint HashOfName(ReadOnlySpan<byte> name, bool signed = false)
    {
        uint hash = 0;
        foreach (byte character in name)
            hash = BitOperations.RotateLeft(hash, 5) ^ (signed ? unchecked((uint)(sbyte)character) : character);
        return hash;
    }

    private static uint WithValue(uint hash, ReadOnlySpan<byte> value)
    {
        for (; value.Length >= 4; value = value[4..])
            hash = WithWord(hash, Le.U32(value, 0));
        if (value.IsEmpty)
            return hash;
        Span<byte> last = stackalloc byte[4];
        last.Clear();
        value.CopyTo(last);
        return WithWord(hash, Le.U32(last, 0));
    }

    private static uint WithWord(uint hash, uint word) => BitOperations.RotateLeft(hash, 16) ^ word;
}
