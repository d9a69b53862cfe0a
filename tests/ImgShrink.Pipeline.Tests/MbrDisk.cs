using ImgShrink.Blocks;
using ImgShrink.SampleCards.Disk;

namespace ImgShrink.Pipeline.Tests;

/// <summary>A partition for a disk that a test builds.</summary>
/// <param name="Number">1 to 4, or 5 and up for a logical one behind a boot record of its own.</param>
/// <param name="Type">The MBR type byte.</param>
/// <param name="Start">First byte.</param>
/// <param name="Content">All of it.</param>
internal sealed record Piece(int Number, byte Type, long Start, IBlockSource Content)
{
    public long End => Start + Content.Length;
}

/// <summary>Builds disks with an MBR, the extended one in slot 4 holding all logical partitions.</summary>
internal static class MbrDisk
{
    // Where a logical partition's boot record lies before it, as sfdisk has it.
    private const long RecordLead = 1 << 20;
    private const int Sector = 512;

    public static void Write(string path, long length, params Piece[] pieces)
    {
        using var disk = new SparseFileStore(path, length);
        foreach (Piece piece in pieces)
            Copy(piece.Content, disk, piece.Start);
        var mbr = new byte[Sector];
        Le.Put32(mbr, 0x1B8, 0x4F1C2A77);
        foreach (Piece piece in pieces.Where(each => each.Number < 5))
            PutEntry(mbr, piece.Number - 1, piece.Type, piece.Start, piece.Content.Length);
        Piece[] logical = [.. pieces.Where(each => each.Number >= 5).OrderBy(each => each.Number)];
        if (logical.Length > 0)
            PutEntry(mbr, 3, 0x0F, logical[0].Start - RecordLead, logical[^1].End - (logical[0].Start - RecordLead));
        for (int i = 0; i < logical.Length; i++)
        {
            var record = new byte[Sector];
            PutEntry(record, 0, logical[i].Type, RecordLead, logical[i].Content.Length);
            if (i + 1 < logical.Length)
                PutEntry(record, 1, 0x05, logical[i + 1].Start - logical[0].Start, logical[i + 1].Content.Length + RecordLead);
            disk.Write(logical[i].Start - RecordLead, Signed(record));
        }

        disk.Write(0, Signed(mbr));
    }

    private static void Copy(IBlockSource from, SparseFileStore to, long start)
    {
        for (long at = 0; at < from.Length; at += 1 << 20)
        {
            byte[] bytes = from.ReadBytes(at, (int)Math.Min(1 << 20, from.Length - at));
            if (bytes.AsSpan().ContainsAnyExcept((byte)0))
                to.Write(start + at, bytes);
        }
    }

    private static byte[] Signed(byte[] sector)
    {
        Le.Put16(sector, 0x1FE, 0xAA55);
        return sector;
    }

    private static void PutEntry(byte[] sector, int slot, byte type, long start, long length)
    {
        int at = 0x1BE + slot * 16;
        sector[at + 4] = type;
        Le.Put32(sector, at + 8, (uint)(start / Sector));
        Le.Put32(sector, at + 12, (uint)(length / Sector));
    }
}
