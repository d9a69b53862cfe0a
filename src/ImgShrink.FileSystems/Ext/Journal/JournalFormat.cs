using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Recovery;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>Where the log lies in the journal and how it is written; validated once, trusted everywhere.</summary>
/// <param name="BlockSize">Bytes in a block, of the journal as of the volume.</param>
/// <param name="First">The first block of the log.</param>
/// <param name="End">The first block behind the log, where it goes on at <paramref name="First"/>.</param>
/// <param name="Length">Blocks of the journal; those from <paramref name="End"/> on hold fast commits.</param>
/// <param name="Start">Where the oldest transaction begins; 0 when the log is empty.</param>
/// <param name="Sequence">The number of that transaction.</param>
/// <param name="Features">What must be known to read the log.</param>
/// <param name="SumsTransactions">Whether commit blocks have a checksum over the whole transaction.</param>
/// <param name="Checksums">Checksums of single blocks; null where there are none.</param>
internal sealed record JournalFormat(
    int BlockSize, uint First, uint End, uint Length, uint Start, uint Sequence, JournalIncompatFeatures Features,
    bool SumsTransactions, JournalChecksums? Checksums)
{
    private const JournalIncompatFeatures Known = JournalIncompatFeatures.Revoke | JournalIncompatFeatures.Bit64
        | JournalIncompatFeatures.AsyncCommit | JournalIncompatFeatures.ChecksumV2 | JournalIncompatFeatures.ChecksumV3
        | JournalIncompatFeatures.FastCommit;

    private const byte Crc32CType = 4; // JBD2_CRC32C_CHKSUM
    private const uint UsualFastCommitBlocks = 256; // what s_num_fc_blks of 0 stands for
    private const string Structure = "journal superblock";

    /// <summary>Whether block numbers in the log have 64 bits.</summary>
    public bool Is64Bit => (Features & JournalIncompatFeatures.Bit64) != 0;

    /// <summary>Whether blocks from <see cref="End"/> on are an area for fast commits.</summary>
    public bool HasFastCommits => (Features & JournalIncompatFeatures.FastCommit) != 0;

    /// <summary>The block behind another one, round and round in the log.</summary>
    public uint After(uint block) => block + 1 == End ? First : block + 1;

    /// <summary>Reads and checks a journal's superblock.</summary>
    /// <param name="superblock">A superblock with the right magic.</param>
    /// <param name="file">The journal it begins.</param>
    /// <param name="blockSize">Bytes in a block of the volume.</param>
    /// <exception cref="CorruptImageException">It contradicts the format, or fails its checksum.</exception>
    /// <exception cref="UnsupportedImageException">
    /// It uses an unknown feature, belongs to several volumes, or the file system was given up after an error.
    /// </exception>
    public static JournalFormat From(JournalSuperblock superblock, JournalFile file, int blockSize)
    {
        Check(superblock.BlockType is JournalBlockType.SuperblockV1 or JournalBlockType.SuperblockV2, "h_blocktype",
            (uint)superblock.BlockType, "3 or 4");
        RequireKnown(superblock);
        JournalChecksums? checksums = OpenChecksums(superblock);
        Check(superblock.BlockSize == blockSize, "s_blocksize", superblock.BlockSize, $"{blockSize}");
        Check(superblock.Length <= file.Length, "s_maxlen", superblock.Length,
            $"at most {file.Length}, the blocks of the journal");
        uint reserved = superblock.Incompat.HasFlag(JournalIncompatFeatures.FastCommit)
            ? superblock.FastCommitBlocks == 0 ? UsualFastCommitBlocks : superblock.FastCommitBlocks : 0;
        Check(reserved < superblock.Length, "s_num_fc_blks", reserved, $"fewer than {superblock.Length}");
        uint end = superblock.Length - reserved;
        Check(superblock.First >= 1 && superblock.First < end, "s_first", superblock.First, $"1 to {end - 1L}");
        Check(superblock.Start == 0 || superblock.Start >= superblock.First && superblock.Start < end, "s_start",
            superblock.Start, $"0, or {superblock.First} to {end - 1}");
        return new JournalFormat(
            blockSize, superblock.First, end, superblock.Length, superblock.Start, superblock.Sequence,
            superblock.Incompat, superblock.Compat.HasFlag(JournalCompatFeatures.Checksum), checksums);
    }

    private static void RequireKnown(JournalSuperblock superblock)
    {
        JournalIncompatFeatures unknown = superblock.Incompat & ~Known;
        if (unknown != 0 || superblock.ReadOnly != 0)
            throw new UnsupportedImageException(
                $"The journal of the ext volume uses an unknown flag 0x{(unknown != 0 ? (uint)unknown : superblock.ReadOnly):X} "
                + $"in s_feature_{(unknown != 0 ? "incompat" : "ro_compat")}, so it cannot be replayed. "
                + RecoveryAdvice.MountOnce);
        if (superblock.Users > 1)
            throw new UnsupportedImageException(
                $"The journal of the ext volume belongs to {superblock.Users} file systems (s_nr_users), so it cannot be "
                + $"replayed. {RecoveryAdvice.MountOnce}");
        if (superblock.Errno != 0)
            throw new UnsupportedImageException(
                $"The journal of the ext volume says that the file system was given up after an error (s_errno {superblock.Errno}). "
                + RecoveryAdvice.Repair);
    }

    private static JournalChecksums? OpenChecksums(JournalSuperblock superblock)
    {
        bool v2 = superblock.Incompat.HasFlag(JournalIncompatFeatures.ChecksumV2);
        bool v3 = superblock.Incompat.HasFlag(JournalIncompatFeatures.ChecksumV3);
        bool v1 = superblock.Compat.HasFlag(JournalCompatFeatures.Checksum);
        Check((v1 ? 1 : 0) + (v2 ? 1 : 0) + (v3 ? 1 : 0) <= 1, "s_feature_incompat", (uint)superblock.Incompat,
            "one version of checksums");
        if (!superblock.HasChecksums)
            return null;
        Check(superblock.ChecksumType == Crc32CType, "s_checksum_type", superblock.ChecksumType, "4 (crc32c)");
        Check(superblock.Checksum == superblock.ComputeChecksum(), "s_checksum", superblock.Checksum,
            $"{superblock.ComputeChecksum()}");
        return new JournalChecksums(superblock.Uuid, v2 ? 0xFFFF : uint.MaxValue);
    }

    private static void Check(bool valid, string field, long found, string expected)
    {
        if (!valid)
            throw ExtDamage.In(Structure, field, $"{found}", expected);
    }
}
