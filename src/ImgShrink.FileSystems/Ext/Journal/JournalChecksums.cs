using System.Buffers.Binary;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>The checksums of versions 2 and 3: CRC-32C over each block of the log, seeded by the journal's UUID.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Journal (jbd2)", "Block Tail" and the tags.</remarks>
/// <param name="uuid">s_uuid of the journal.</param>
/// <param name="tagMask">The bits that a tag has room for.</param>
internal sealed class JournalChecksums(ReadOnlySpan<byte> uuid, uint tagMask)
{
    private readonly uint _seed = Crc32C.Append(uint.MaxValue, uuid);

    /// <summary>Of a descriptor or revoke block: all but its last four bytes, which count as zeros.</summary>
    public uint OfTail(JournalBlock block) =>
        Crc32C.Append(Crc32C.Append(_seed, block.Bytes[..^JournalBlock.TailSize]), 0u);

    /// <summary>Of a commit block: all of it, with h_chksum[0] as zero.</summary>
    public uint OfCommit(JournalBlock block) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Append(_seed, block.Bytes[..0x10]), 0u), block.Bytes[0x14..]);

    /// <summary>Of a logged block, as it stands in the log, for its tag.</summary>
    public uint OfLogged(uint transaction, ReadOnlySpan<byte> bytes) =>
        Crc32C.Append(Crc32C.Append(_seed, BinaryPrimitives.ReverseEndianness(transaction)), bytes) & tagMask;
}
