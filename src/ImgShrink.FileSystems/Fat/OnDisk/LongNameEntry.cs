using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Fat.OnDisk;

/// <summary>
/// Thirteen units of a long name, viewed in place; these entries stand in reverse order before the short one.
/// </summary>
/// <remarks>32 bytes, little-endian. Spec: Microsoft FAT specification 1.03, section 7; names are its.</remarks>
internal readonly ref struct LongNameEntry
{
    /// <summary>UTF-16 units in one entry.</summary>
    public const int Units = 13;

    private const byte LastFlag = 0x40;

    private readonly Span<byte> _b;

    public LongNameEntry(Span<byte> bytes) => _b = bytes[..FatDirEntry.Size];

    /// <summary>1 for the part that the name begins with.</summary>
    public int Order => _b[0] & 0x3F;                                               // LDIR_Ord

    /// <summary>Whether this is the name's last part, which stands first on the disk.</summary>
    public bool IsLast => (_b[0] & LastFlag) != 0;

    public byte Checksum => _b[0xD];                                                // LDIR_Chksum

    public char this[int unit]                                                      // LDIR_Name1, LDIR_Name2, LDIR_Name3
    {
        get => (char)Le.U16(_b, At(unit));
        private set => Le.Put16(_b, At(unit), value);
    }

    /// <summary>
    /// Fills the entry with part <paramref name="order"/> of a name; its end is a zero and then 0xFFFF.
    /// </summary>
    public void Put(string name, int order, byte checksum)
    {
        int first = (order - 1) * Units;
        _b.Clear();
        _b[0] = (byte)(order | (first + Units >= name.Length ? LastFlag : 0));
        _b[0xB] = (byte)FatAttributes.LongName;                                     // LDIR_Attr
        _b[0xD] = checksum;
        for (int unit = 0; unit < Units; unit++)
        {
            int at = first + unit;
            this[unit] = at < name.Length ? name[at] : at == name.Length ? '\0' : '\uFFFF';
        }
    }

    private static int At(int unit) => unit < 5 ? 0x1 + unit * 2 : unit < 11 ? 0xE + (unit - 5) * 2 : 0x1C
        + (unit - 11) * 2;
}
