using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs.OnDisk;

/// <summary>The update sequence of records that are written in several sectors: tells whether all of them were.</summary>
/// <remarks>
/// The last two bytes of each 512 hold a number that is the same everywhere; what belongs there is in an array in the record.
/// Spec: Linux-NTFS project, NTFS documentation, "Fixup".
/// </remarks>
internal static class Fixups
{
    private const int Stride = 512;

    /// <summary>Puts the bytes back where they belong; false where the record is not of one piece.</summary>
    public static bool TryUndo(Span<byte> record)
    {
        int at = Le.U16(record, 0x04);                                              // offset of the update sequence
        int count = Le.U16(record, 0x06);                                           // its number and the bytes, in words
        if (count != record.Length / Stride + 1 || at % 2 != 0 || at > Stride - 2 * count)
            return false;
        ushort number = Le.U16(record, at);
        for (int i = 1; i < count; i++)
        {
            Span<byte> tail = record.Slice(i * Stride - 2, 2);
            if (Le.U16(tail, 0) != number)
                return false;
            record.Slice(at + 2 * i, 2).CopyTo(tail);
        }

        return true;
    }
}
