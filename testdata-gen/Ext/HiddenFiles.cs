using System.Buffers.Binary;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>The files of a new volume that no directory names: journal, resize inode, orphan file.</summary>
internal static class HiddenFiles
{
    private const ushort PrivateFile = 0x8180; // regular, mode 0600
    private const int DoubleIndirect = 13;     // i_block word
    private const uint OrphanMagic = 0x0B10CA04;
    private const uint JournalMagic = 0xC03B3998;

    /// <summary>An empty journal (jbd2, version 2) in one run near the middle of the volume.</summary>
    public static void WriteJournal(ExtDraft draft)
    {
        ExtGeometry geometry = draft.Geometry;
        int blocks = JournalBlocks(geometry);
        long start = draft.Take(blocks, geometry.GroupStart((geometry.GroupCount - 1) / 2));

        var bytes = new byte[1024];
        Put(0x0, JournalMagic);             // h_magic
        Put(0x4, 4);                        // h_blocktype: superblock, version 2
        Put(0xC, (uint)geometry.BlockSize); // s_blocksize
        Put(0x10, (uint)blocks);            // s_maxlen
        Put(0x14, 1);                       // s_first
        Put(0x18, 1);                       // s_sequence
        Put(0x40, 1);                       // s_nr_users
        draft.Format.Uuid.TryWriteBytes(bytes.AsSpan(0x30), bigEndian: true, out _); // s_uuid
        var block = new byte[geometry.BlockSize];
        bytes.CopyTo(block, 0);
        draft.WriteBlock(start, block);

        Inode inode = draft.NewInode(PrivateFile, draft.Now);
        draft.SetRun(inode, start, blocks);
        draft.WriteInode(InodeNumber.Journal, inode);

        // The superblock keeps a copy of the journal's map, should the inode be lost.
        Superblock superblock = draft.Superblock;
        superblock.JournalInode = InodeNumber.Journal.Value;
        superblock.JournalBackupType = 1;
        inode.Block.CopyTo(superblock.JournalBlocks);
        Le.Put32(superblock.JournalBlocks, Inode.BlockBytes, (uint)(inode.Size >> 32));
        Le.Put32(superblock.JournalBlocks, Inode.BlockBytes + 4, unchecked((uint)inode.Size));

        // The journal is the one structure that is big-endian.
        void Put(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), value);
    }

    /// <summary>
    /// The resize inode: its map names the blocks kept for more descriptors, each of which lists its copies.
    /// </summary>
    public static void WriteResizeInode(ExtDraft draft)
    {
        ExtGeometry geometry = draft.Geometry;
        int pointers = geometry.BlockSize / 4;
        int[] copies = [.. geometry.SuperblockGroups().Skip(1)];
        long map = draft.Take(1, geometry.FirstDataBlock);
        var mapBytes = new byte[geometry.BlockSize];
        for (int i = 0; i < geometry.ReservedGdtBlocks; i++)
        {
            int index = geometry.DescriptorBlocks + i;
            long reserved = geometry.FirstDataBlock + 1L + index;
            Le.Put32(mapBytes, index % pointers * 4, (uint)reserved);
            var list = new byte[geometry.BlockSize];
            for (int copy = 0; copy < copies.Length; copy++)
                Le.Put32(list, copy * 4, (uint)(reserved + (long)copies[copy] * geometry.BlocksPerGroup));
            if (copies.Length > 0)
                draft.WriteBlock(reserved, list);
        }

        draft.WriteBlock(map, mapBytes);
        Inode inode = draft.NewInode(PrivateFile, draft.Now);
        inode.Size = (long)geometry.BlockSize * ((long)pointers * pointers + pointers + 12);
        inode.BlocksCount = (1L + geometry.ReservedGdtBlocks * (1L + copies.Length)) * (geometry.BlockSize / 512);
        Le.Put32(inode.Block, DoubleIndirect * 4, (uint)map);
        draft.WriteInode(InodeNumber.Resize, inode);
    }

    /// <summary>The file in which the kernel notes files that were deleted while open; empty here.</summary>
    public static void WriteOrphanFile(ExtDraft draft)
    {
        ExtGeometry geometry = draft.Geometry;
        InodeNumber number = draft.TakeInode(group: 0);
        int blocks = (int)Math.Clamp(geometry.BlockCount / 4096, 32, 512);
        long start = draft.Take(blocks, geometry.FirstDataBlock);
        uint seed = draft.Checksums.InodeSeed(number, generation: 0);
        for (long block = start; block < start + blocks; block++)
        {
            var bytes = new byte[geometry.BlockSize];
            Le.Put32(bytes, bytes.Length - 8, OrphanMagic);
            Le.Put32(bytes, bytes.Length - 4, ExtChecksums.OfOrphanBlock(seed, block, bytes));
            draft.WriteBlock(block, bytes);
        }

        Superblock superblock = draft.Superblock;
        superblock.OrphanFileInode = number.Value;
        Inode inode = draft.NewInode(PrivateFile, draft.Now);
        draft.SetRun(inode, start, blocks);
        draft.WriteInode(number, inode);
    }

    /// <summary>
    /// mke2fs's steps by the number of blocks; at most half a group, so that one run always holds it.
    /// </summary>
    private static int JournalBlocks(ExtGeometry geometry)
    {
        int blocks = geometry.BlockCount switch
        {
            < 32 << 10 => 1 << 10,
            < 256 << 10 => 4 << 10,
            < 512 << 10 => 8 << 10,
            _ => 16 << 10,
        };
        return Math.Min(blocks, geometry.BlocksPerGroup / 2);
    }
}
