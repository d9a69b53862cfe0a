using System.Text;
using ImgShrink.Blocks;
using ImgShrink.SampleCards.Disk;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Gives a card with an MBR a GPT in its place, around the same two volumes.</summary>
internal static class GptCard
{
    private const int Sector = 512;
    private const int Slots = 128;
    private const int SlotBytes = 128;

    public static void Convert(string path, CardPartitions partitions)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength((file.Length / Sector + 2048) * Sector);
        long last = file.Length / Sector - 1;
        var entries = new byte[Slots * SlotBytes];
        PutEntry(entries.AsSpan(0), "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "11111111-2222-4333-8444-555555555501", "boot", partitions.Boot);
        PutEntry(entries.AsSpan(SlotBytes), "0fc63daf-8483-4772-8e79-3d69d8477de4", "11111111-2222-4333-8444-555555555502", "root", partitions.Root);

        var mbr = new byte[Sector];
        mbr[0x1BE + 4] = 0xEE;
        Le.Put32(mbr, 0x1BE + 8, 1);
        Le.Put32(mbr, 0x1BE + 12, (uint)last);
        Le.Put16(mbr, 0x1FE, 0xAA55);
        Put(0, mbr);
        Put(1, Header(1, last, 2));
        Put(2, entries);
        Put(last - 32, entries);
        Put(last, Header(last, 1, last - 32));

        void Put(long sector, byte[] bytes)
        {
            file.Position = sector * Sector;
            file.Write(bytes);
        }

        byte[] Header(long my, long other, long entriesAt)
        {
            var header = new byte[Sector];
            "EFI PART"u8.CopyTo(header);
            Le.Put32(header, 8, 0x00010000);
            Le.Put32(header, 12, 92);
            Le.Put64(header, 24, (ulong)my);
            Le.Put64(header, 32, (ulong)other);
            Le.Put64(header, 40, 34);
            Le.Put64(header, 48, (ulong)(last - 33));
            new Guid("abcdef01-1111-4222-8333-444455556666").TryWriteBytes(header.AsSpan(56));
            Le.Put64(header, 72, (ulong)entriesAt);
            Le.Put32(header, 80, Slots);
            Le.Put32(header, 84, SlotBytes);
            Le.Put32(header, 88, Crc32(entries));
            Le.Put32(header, 16, Crc32(header.AsSpan(0, 92)));
            return header;
        }
    }

    private static void PutEntry(Span<byte> entry, string type, string id, string name, ByteRange range)
    {
        new Guid(type).TryWriteBytes(entry);
        new Guid(id).TryWriteBytes(entry[16..]);
        Le.Put64(entry, 32, (ulong)(range.Start / Sector));
        Le.Put64(entry, 40, (ulong)(range.End / Sector - 1));
        Encoding.Unicode.GetBytes(name, entry[56..]);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte each in bytes)
        {
            crc ^= each;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
        }

        return ~crc;
    }
}
