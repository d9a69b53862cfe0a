using ImgShrink.Blocks;

namespace ImgShrink.Partitions;

/// <summary>One partition of a disk, as its table describes it.</summary>
/// <param name="Number">
/// The number Linux gives it: its place in the table, from 1; 0 for an image without a table.
/// </param>
/// <param name="Start">First byte on the disk, a multiple of 512.</param>
/// <param name="Length">Bytes, more than 0; a multiple of 512 unless there is no table.</param>
/// <param name="Type">The MBR type byte ("0x0C") or the GPT type as a lower-case GUID; empty without a table.</param>
/// <param name="Name">The GPT partition name; null when there is none.</param>
/// <param name="Uuid">
/// What Linux calls PARTUUID: "4f1c2a77-02" (MBR) or a lower-case GUID; null without a table.
/// </param>
/// <param name="Bootable">The MBR active flag, or the GPT attribute "legacy BIOS bootable".</param>
public sealed record Partition(
    int Number, long Start, long Length, string Type, string? Name, string? Uuid, bool Bootable)
{
    /// <summary>The first byte behind the partition.</summary>
    public long End => Start + Length;

    /// <summary>The bytes of the disk that belong to the partition.</summary>
    public ByteRange Range => new(Start, Length);

    /// <summary>What a sentence calls it: "Partition 2"; an image without a table has none, and is "The volume".</summary>
    public string Title => Number == 0 ? "The volume" : $"Partition {Number}";
}
