using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Gpt;

/// <summary>A GPT header, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>One sector, little-endian. Spec: UEFI 2.10, table 5.5 "GPT Header"; names are that table's.</remarks>
internal readonly ref struct GptHeader
{
    public const int SmallestSize = 92;

    private readonly Span<byte> _b;

    public GptHeader(Span<byte> sector) => _b = sector;

    public bool HasSignature => IsSignature(_b);                                    // Signature
    public uint HeaderSize => Le.U32(_b, 0xC);                                      // HeaderSize, 92 to a sector
    public ulong FirstUsableLba => Le.U64(_b, 0x28);                                // FirstUsableLBA
    public Guid DiskGuid => new(_b.Slice(0x38, 16));                                // DiskGUID
    public uint NumberOfEntries => Le.U32(_b, 0x50);                                // NumberOfPartitionEntries
    public uint SizeOfEntry => Le.U32(_b, 0x54);                                    // SizeOfPartitionEntry

    public uint HeaderCrc                                                           // HeaderCRC32
    {
        get => Le.U32(_b, 0x10);
        private set => Le.Put32(_b, 0x10, value);
    }

    public ulong MyLba                                                              // MyLBA
    {
        get => Le.U64(_b, 0x18);
        set => Le.Put64(_b, 0x18, value);
    }

    public ulong AlternateLba                                                       // AlternateLBA
    {
        get => Le.U64(_b, 0x20);
        set => Le.Put64(_b, 0x20, value);
    }

    public ulong LastUsableLba                                                      // LastUsableLBA, inclusive
    {
        get => Le.U64(_b, 0x30);
        set => Le.Put64(_b, 0x30, value);
    }

    public ulong EntriesLba                                                         // PartitionEntryLBA
    {
        get => Le.U64(_b, 0x48);
        set => Le.Put64(_b, 0x48, value);
    }

    public uint EntriesCrc                                                          // PartitionEntryArrayCRC32
    {
        get => Le.U32(_b, 0x58);
        set => Le.Put32(_b, 0x58, value);
    }

    /// <summary>Whether a sector begins with "EFI PART".</summary>
    public static bool IsSignature(ReadOnlySpan<byte> sector) => sector[..8].SequenceEqual("EFI PART"u8);

    /// <summary>The CRC that the header should have: over HeaderSize bytes, with HeaderCRC32 itself as zero.</summary>
    public uint ComputeCrc()
    {
        byte[] copy = _b[..(int)HeaderSize].ToArray();
        copy.AsSpan(0x10, 4).Clear();
        return Crc32.Of(copy);
    }

    /// <summary>Makes HeaderCRC32 true again after the last change.</summary>
    public void Seal() => HeaderCrc = ComputeCrc();
}
