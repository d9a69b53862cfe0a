using ImgShrink.Blocks;
using ImgShrink.FileSystems.F2fs.OnDisk;

namespace ImgShrink.FileSystems.F2fs;

/// <summary>The newer of the two checkpoints of an F2FS volume.</summary>
internal sealed class CheckpointPack
{
    // Of a summary block: its entries, then the journal. In the compact form two journals come first.
    private const int JournalAt = 3584;
    private const int JournalBytes = 507;
    private const int ColdData = 2;
    private const int JournalEntry = 4 + SitEntry.Size;

    private readonly IBlockSource _volume;
    private readonly F2fsGeometry _geometry;
    private readonly long _start;
    private readonly byte[] _head;

    private CheckpointPack(IBlockSource volume, F2fsGeometry geometry, long start, byte[] head) =>
        (_volume, _geometry, _start, _head) = (volume, geometry, start, head);

    /// <summary>Its first block.</summary>
    public F2fsCheckpoint Head => new(_head);

    /// <summary>Finds it.</summary>
    /// <exception cref="CorruptImageException">
    /// One of the two was not written as a whole: nobody can tell whether it is the newer one.
    /// </exception>
    public static CheckpointPack Newest(IBlockSource volume, F2fsGeometry geometry)
    {
        CheckpointPack first = Read(volume, geometry, geometry.Checkpoint);
        CheckpointPack second = Read(volume, geometry, geometry.Checkpoint + F2fsGeometry.SegmentBlocks);
        return second.Head.Version > first.Head.Version ? second : first;
    }

    /// <summary>For every block of the SIT, whether its second copy counts.</summary>
    public Func<long, bool> SecondCopies()
    {
        long at = Head.SitBitmapAt(_geometry.HasPayload);
        long length = Head.SitBitmapBytes;
        if (length * 8 < _geometry.SitBlocks || at + length > (long)Head.BlockCount * F2fsGeometry.BlockSize)
            throw Damaged("sit_ver_bitmap_bytesize", $"{length}", "a bit for every block of the SIT, inside of the pack");
        byte[] bits = _volume.ReadBytes(_start * F2fsGeometry.BlockSize + at, (int)length);
        return block => (bits[block / 8] >> (int)(7 - block % 8) & 1) != 0;
    }

    /// <summary>Entries that replace those of the SIT: number of the segment, and entry.</summary>
    public IReadOnlyDictionary<uint, byte[]> Journal()
    {
        bool isCompact = Head.Flags.HasFlag(F2fsCheckpointFlags.CompactSummary);
        long block = Head.Summaries + (isCompact ? 0L : ColdData);
        if (block >= Head.BlockCount)
            throw Damaged("cp_pack_start_sum", $"{Head.Summaries}", $"less than {Head.BlockCount}");
        byte[] summary = _volume.ReadBytes((_start + block) * F2fsGeometry.BlockSize, F2fsGeometry.BlockSize);
        ReadOnlySpan<byte> journal = summary.AsSpan(isCompact ? JournalBytes : JournalAt, JournalBytes);
        int count = Le.U16(journal, 0);                                             // n_sits
        if (count > (JournalBytes - 2) / JournalEntry)
            throw Damaged("n_sits", $"{count}", $"at most {(JournalBytes - 2) / JournalEntry}");
        var entries = new Dictionary<uint, byte[]>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = journal.Slice(2 + i * JournalEntry, JournalEntry);
            entries[Le.U32(entry, 0)] = entry[4..].ToArray();
        }

        return entries;
    }

    /// <summary>Reads a pack: its first and last block must have their checksums and one version.</summary>
    private static CheckpointPack Read(IBlockSource volume, F2fsGeometry geometry, long start)
    {
        byte[] first = volume.ReadBytes(start * F2fsGeometry.BlockSize, F2fsGeometry.BlockSize);
        uint count = new F2fsCheckpoint(first).BlockCount;
        if (!IsWhole(first) || count is < 2 or > F2fsGeometry.SegmentBlocks)
            throw Damaged($"the pack at block {start}", "incomplete", "written as a whole");
        byte[] last = volume.ReadBytes((start + count - 1) * F2fsGeometry.BlockSize, F2fsGeometry.BlockSize);
        return IsWhole(last) && new F2fsCheckpoint(last).Version == new F2fsCheckpoint(first).Version
            ? new CheckpointPack(volume, geometry, start, first)
            : throw Damaged($"the pack at block {start}", "incomplete", "written as a whole");
    }

    private static bool IsWhole(byte[] block) => new F2fsCheckpoint(block).ChecksumAt is <= F2fsGeometry.BlockSize - 4 and var at
        && Le.U32(block, (int)at) == F2fsGeometry.ChecksumOf(block.AsSpan(0, (int)at));

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("F2FS checkpoint", place, found, expected), F2fsGeometry.Advice);
}
