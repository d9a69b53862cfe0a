using ImgShrink.Blocks;

namespace ImgShrink.HostileTests.Damage;

/// <summary>What the number in a field means, and so which values are worth trying.</summary>
internal enum Meaning
{
    /// <summary>A count, a length, a size, or anything else.</summary>
    Number,

    /// <summary>The number of a block, cluster or sector.</summary>
    Pointer,

    /// <summary>Bits.</summary>
    Flags,
}

/// <summary>A field of a structure on disk.</summary>
/// <param name="Name">Its name in the specification.</param>
/// <param name="At">Its first byte, from the start of the structure.</param>
/// <param name="Bytes">1, 2, 4 or 8.</param>
/// <param name="Meaning">What is in it.</param>
/// <param name="IsBig">Whether its first byte is the highest.</param>
internal sealed record Field(string Name, int At, int Bytes, Meaning Meaning = Meaning.Number, bool IsBig = false)
{
    /// <summary>The largest number that it can hold.</summary>
    public ulong Largest => ulong.MaxValue >> (64 - 8 * Bytes);

    /// <summary>The same field, highest byte first.</summary>
    public Field Big => this with { IsBig = true };

    /// <summary>A number of 8 bits; so on for 16, 32 and 64, and for pointers (P) and flags (F).</summary>
    public static Field N8(int at, string name) => new(name, at, 1);

    public static Field N16(int at, string name) => new(name, at, 2);

    public static Field N32(int at, string name) => new(name, at, 4);

    public static Field N64(int at, string name) => new(name, at, 8);

    public static Field P16(int at, string name) => new(name, at, 2, Meaning.Pointer);

    public static Field P32(int at, string name) => new(name, at, 4, Meaning.Pointer);

    public static Field P64(int at, string name) => new(name, at, 8, Meaning.Pointer);

    public static Field F8(int at, string name) => new(name, at, 1, Meaning.Flags);

    public static Field F16(int at, string name) => new(name, at, 2, Meaning.Flags);

    public static Field F32(int at, string name) => new(name, at, 4, Meaning.Flags);

    public static Field F64(int at, string name) => new(name, at, 8, Meaning.Flags);

    /// <summary>The same fields once more, each so many bytes further on, with a number in its name.</summary>
    public static IEnumerable<Field> Repeat(int times, int stride, params Field[] fields) =>
        Enumerable.Range(0, times).SelectMany(
            i => fields.Select(field => field with { At = field.At + i * stride, Name = $"{field.Name}[{i}]" }));

    /// <summary>Reads the field of the structure at <paramref name="start"/>.</summary>
    public ulong Read(IBlockSource image, long start)
    {
        byte[] bytes = image.ReadBytes(start + At, Bytes);
        if (IsBig)
            Array.Reverse(bytes);
        ulong value = 0;
        for (int i = 0; i < Bytes; i++)
            value |= (ulong)bytes[i] << (8 * i);
        return value;
    }

    /// <summary>Sets the field of the structure at <paramref name="start"/>; what does not fit is cut off.</summary>
    public void Write(IBlockStore image, long start, ulong value)
    {
        var bytes = new byte[Bytes];
        for (int i = 0; i < Bytes; i++)
            bytes[i] = unchecked((byte)(value >> (8 * i)));
        if (IsBig)
            Array.Reverse(bytes);
        image.Write(start + At, bytes);
    }
}
