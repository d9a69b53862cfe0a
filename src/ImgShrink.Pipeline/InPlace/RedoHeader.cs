using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>The header of a redo journal, viewed in place; the first sector of the file and, once more, the last.</summary>
/// <remarks>512 bytes, little-endian; docs/ON-DISK.md, "The redo journal". All fields but the checksum are under it.</remarks>
internal readonly ref struct RedoHeader
{
    public const int Size = 512;
    public const uint CurrentVersion = 1;
    private readonly Span<byte> _b;

    public RedoHeader(Span<byte> bytes) => _b = bytes[..Size];

    public static ReadOnlySpan<byte> ExpectedMagic => "ImgShrRJ"u8;

    public bool IsBlank => !_b.ContainsAnyExcept((byte)0);

    public bool IsValid => _b[..8].SequenceEqual(ExpectedMagic) && Checksum == ComputeChecksum();

    public uint Version => Le.U32(_b, 0x08);

    public uint Checksum => Le.U32(_b, 0x0C);

    public long ImageBytes
    {
        get => unchecked((long)Le.U64(_b, 0x10));
        set => Le.Put64(_b, 0x10, (ulong)value);
    }

    public long TargetBytes
    {
        get => unchecked((long)Le.U64(_b, 0x18));
        set => Le.Put64(_b, 0x18, (ulong)value);
    }

    public long StepCount
    {
        get => unchecked((long)Le.U64(_b, 0x20));
        set => Le.Put64(_b, 0x20, (ulong)value);
    }

    public long DataBytes
    {
        get => unchecked((long)Le.U64(_b, 0x28));
        set => Le.Put64(_b, 0x28, (ulong)value);
    }

    /// <summary>SHA-256 of the whole image as it is going to be.</summary>
    public Span<byte> TargetDigest => _b.Slice(0x30, 32);

    /// <summary>SHA-256 of steps and data.</summary>
    public Span<byte> BodyDigest => _b.Slice(0x50, 32);

    /// <summary>Puts magic, version and checksum in, when all else is there.</summary>
    public void Seal()
    {
        ExpectedMagic.CopyTo(_b);
        Le.Put32(_b, 0x08, CurrentVersion);
        Le.Put32(_b, 0x0C, ComputeChecksum());
    }

    private uint ComputeChecksum() =>
        ~Crc32.Append(Crc32.Append(uint.MaxValue, _b[..0x0C]), _b[0x10..]);
}
