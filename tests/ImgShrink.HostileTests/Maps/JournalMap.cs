using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Journal;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of jbd2: big-endian, and each in a block of its own.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Journal (jbd2)"; names and offsets are its.</remarks>
internal static class JournalMap
{
    // What lies behind is seldom written in a small volume.
    private const int MostBlocks = 100;

    private static readonly Field[] s_header = [N32(0x0, "h_magic").Big, N32(0x4, "h_blocktype").Big, N32(0x8, "h_sequence").Big];

    private static readonly Field[] s_superblock =
    [
        .. s_header, N32(0xC, "s_blocksize").Big, N32(0x10, "s_maxlen").Big, N32(0x14, "s_first").Big, N32(0x18, "s_sequence").Big,
        N32(0x1C, "s_start").Big, N32(0x20, "s_errno").Big, F32(0x24, "s_feature_compat").Big, F32(0x28, "s_feature_incompat").Big,
        F32(0x2C, "s_feature_ro_compat").Big, N32(0x40, "s_nr_users").Big, N8(0x50, "s_checksum_type"), N32(0x54, "s_num_fc_blks").Big,
    ];

    private static readonly Field[] s_descriptor =
    [
        .. s_header,
        .. Repeat(3, 16, P32(0xC, "t_blocknr").Big, F32(0x10, "t_flags").Big, N32(0x14, "t_blocknr_high").Big, N32(0x18, "t_checksum").Big),
    ];

    private static readonly Field[] s_revoke = [.. s_header, N32(0xC, "r_count").Big, P32(0x10, "record[0]").Big, P32(0x14, "record[0], low").Big];

    private static readonly Field[] s_commit =
        [.. s_header, N8(0xC, "h_chksum_type"), N8(0xD, "h_chksum_size"), N32(0x10, "h_chksum[0]").Big, N64(0x30, "h_commit_sec").Big];

    /// <summary>The blocks of a journal that are not logged data.</summary>
    /// <param name="image">The volume.</param>
    /// <param name="blocks">The blocks of the journal on the volume, in its order.</param>
    /// <param name="blockSize">Bytes in one.</param>
    public static IEnumerable<Place> Of(IBlockSource image, IReadOnlyList<long> blocks, int blockSize)
    {
        byte[] first = image.ReadBytes(blocks[0] * blockSize, blockSize);
        var superblock = new JournalSuperblock(first);
        bool hasChecksums = superblock.HasChecksums;
        var checksums = new JournalChecksums(superblock.Uuid, uint.MaxValue);
        yield return new Place("journal superblock", blocks[0] * blockSize, JournalSuperblock.Size, s_superblock, SealSuperblock(blocks[0] * blockSize));
        foreach (long block in blocks.Skip(1).Take(MostBlocks))
        {
            byte[] bytes = image.ReadBytes(block * blockSize, blockSize);
            var header = new JournalBlock(bytes);
            if (header.Magic != JournalBlock.ExpectedMagic)
                continue;
            long at = block * blockSize;
            yield return header.Type switch
            {
                JournalBlockType.Descriptor => new Place($"journal descriptor {block}", at, blockSize, s_descriptor, Tail(at)),
                JournalBlockType.Revoke => new Place($"journal revocation {block}", at, blockSize, s_revoke, Tail(at)),
                _ => new Place($"journal commit {block}", at, blockSize, s_commit, Commit(at)),
            };
        }

        Seal? Tail(long at) => !hasChecksums ? null : store =>
        {
            byte[] bytes = store.ReadBytes(at, blockSize);
            Be.Put32(bytes, blockSize - 4, checksums.OfTail(new JournalBlock(bytes)));
            store.Write(at, bytes);
        };

        Seal? Commit(long at) => !hasChecksums ? null : store =>
        {
            byte[] bytes = store.ReadBytes(at, blockSize);
            Be.Put32(bytes, 0x10, checksums.OfCommit(new JournalBlock(bytes)));
            store.Write(at, bytes);
        };

        Seal? SealSuperblock(long at) => !hasChecksums ? null : store =>
        {
            byte[] bytes = store.ReadBytes(at, JournalSuperblock.Size);
            var changed = new JournalSuperblock(bytes);
            changed.Checksum = changed.ComputeChecksum();
            store.Write(at, bytes);
        };
    }
}
