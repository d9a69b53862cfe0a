using ImgShrink.Blocks;

namespace ImgShrink.Partitions.Gpt;

/// <summary>One of the two copies of a GPT, a header with its entries, both proven by their CRC.</summary>
internal sealed class GptCopy
{
    // The specification asks for 16 KiB at least; a table of a megabyte would describe 8192 partitions.
    private const long LargestArray = 1 << 20;

    private GptCopy(byte[] header, byte[] entries) => (HeaderBytes, EntriesBytes) = (header, entries);

    /// <summary>The header's sector.</summary>
    public byte[] HeaderBytes { get; }

    /// <summary>The whole array of entries: number of entries times size of an entry.</summary>
    public byte[] EntriesBytes { get; }

    public GptHeader Header => new(HeaderBytes);

    public int Slots => (int)Header.NumberOfEntries;

    /// <summary>The entry of a slot, from 0; partition numbers are one higher.</summary>
    public GptEntry this[int slot] => new(EntriesBytes.AsSpan(slot * (int)Header.SizeOfEntry));

    /// <summary>Sectors that the array of entries takes; the header's own sector gives their length.</summary>
    public long ArraySectors => (EntriesBytes.Length + HeaderBytes.Length - 1) / HeaderBytes.Length;

    /// <summary>Reads and proves the copy whose header is at <paramref name="at"/>.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="at">Where the header should be.</param>
    /// <param name="name">"primary GPT header" or "backup GPT header", for the finding.</param>
    /// <param name="wrong">The first thing that is not as it should be; null when the copy is good.</param>
    /// <returns>The copy; null when it is not good.</returns>
    public static GptCopy? TryRead(SectoredDisk disk, Lba at, string name, out Finding? wrong)
    {
        wrong = disk.Holds(at, disk.Sector.Bytes) ? null : new Finding(name, "its place", $"{at}", "inside the disk");
        if (wrong is not null)
            return null;
        byte[] sector = disk.Read(at);
        wrong = WhatIsWrong(new GptHeader(sector), disk, at, name);
        if (wrong is not null)
            return null;

        var header = new GptHeader(sector);
        byte[] entries = disk.Read(new Lba((long)header.EntriesLba), header.NumberOfEntries * header.SizeOfEntry);
        uint crc = Crc32.Of(entries);
        wrong = crc == header.EntriesCrc
            ? null
            : new Finding(name, "PartitionEntryArrayCRC32", $"0x{header.EntriesCrc:X8}",
                $"0x{crc:X8}, the CRC of the entries");
        return wrong is null ? new GptCopy(sector, entries) : null;
    }

    private static Finding? WhatIsWrong(GptHeader header, SectoredDisk disk, Lba at, string name)
    {
        if (!header.HasSignature)
            return new Finding(name, $"Signature at byte {disk.Sector.At(at)}", "something else", "\"EFI PART\"");
        if (header.HeaderSize < GptHeader.SmallestSize || header.HeaderSize > disk.Sector.Bytes)
            return new Finding(name, "HeaderSize", $"{header.HeaderSize}", $"92 to {disk.Sector.Bytes}");
        uint crc = header.ComputeCrc();
        if (header.HeaderCrc != crc)
            return new Finding(name, "HeaderCRC32", $"0x{header.HeaderCrc:X8}", $"0x{crc:X8}, the CRC of the header");
        if (header.MyLba != (ulong)at.Number)
            return new Finding(name, "MyLBA", $"{header.MyLba}", $"{at.Number}");
        if (header.SizeOfEntry is < GptEntry.SmallestSize or > (uint)LargestArray || !uint.IsPow2(header.SizeOfEntry))
            return new Finding(name, "SizeOfPartitionEntry", $"{header.SizeOfEntry}", "128, 256, 512 and so on");
        long arrayBytes = (long)header.NumberOfEntries * header.SizeOfEntry;
        if (arrayBytes is 0 or > LargestArray)
            return new Finding(name, "NumberOfPartitionEntries", $"{header.NumberOfEntries}",
                $"1 to {LargestArray / header.SizeOfEntry}");
        if (header.EntriesLba < 2 || header.EntriesLba > disk.Sector.Highest
            || !disk.Holds(new Lba((long)header.EntriesLba), arrayBytes))
            return new Finding(name, "PartitionEntryLBA", $"{header.EntriesLba}", "a sector inside the disk");
        return null;
    }
}
