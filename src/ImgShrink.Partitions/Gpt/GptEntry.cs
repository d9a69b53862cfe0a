using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Gpt;

/// <summary>One entry of a GPT, viewed in place: a setter changes the caller's bytes.</summary>
/// <remarks>
/// 128 bytes or more, little-endian. Spec: UEFI 2.10, table 5.6 "GPT Partition Entry"; names are that table's.
/// </remarks>
internal readonly ref struct GptEntry
{
    public const int SmallestSize = 128;

    private readonly Span<byte> _b;

    public GptEntry(Span<byte> bytes) => _b = bytes[..SmallestSize];

    public Guid Type => new(_b[..16]);                                              // PartitionTypeGUID
    public Guid Unique => new(_b.Slice(0x10, 16));                                  // UniquePartitionGUID
    public ulong Attributes => Le.U64(_b, 0x30);                                    // Attributes

    public ulong StartingLba                                                        // StartingLBA
    {
        get => Le.U64(_b, 0x20);
        set => Le.Put64(_b, 0x20, value);
    }

    public ulong EndingLba                                                          // EndingLBA, inclusive
    {
        get => Le.U64(_b, 0x28);
        set => Le.Put64(_b, 0x28, value);
    }

    /// <summary>Whether the slot is unused.</summary>
    public bool IsEmpty => Type == Guid.Empty;

    /// <summary>Attribute bit 2, "Legacy BIOS Bootable".</summary>
    public bool IsLegacyBootable => (Attributes & 0b100) != 0;

    /// <summary>PartitionName: up to 36 UTF-16 units, ended by a zero when shorter.</summary>
    public string Name
    {
        get
        {
            string all = Encoding.Unicode.GetString(_b.Slice(0x38, 72));
            int end = all.IndexOf('\0', StringComparison.Ordinal);
            return end < 0 ? all : all[..end];
        }
    }
}
