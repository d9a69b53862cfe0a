using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>The two directories of an empty volume: the root, and lost+found in it.</summary>
internal static class FirstDirectories
{
    private const byte DirectoryType = 2; // file_type
    private static readonly InodeNumber s_lostAndFound = new(11);

    public static void Write(ExtDraft draft)
    {
        ExtGeometry geometry = draft.Geometry;
        long root = draft.Take(1, geometry.FirstDataBlock);
        WriteBlock(draft, InodeNumber.Root, root, (".", InodeNumber.Root), ("..", InodeNumber.Root), ("lost+found", s_lostAndFound));

        // e2fsck fills lost+found without allocating: 16 KiB, but no more blocks than an inode has direct pointers.
        int blocks = Math.Min(16384 / geometry.BlockSize, 12);
        long lost = draft.Take(blocks, root);
        WriteBlock(draft, s_lostAndFound, lost, (".", s_lostAndFound), ("..", InodeNumber.Root));
        for (int i = 1; i < blocks; i++)
            WriteBlock(draft, s_lostAndFound, lost + i);

        draft.WriteInode(InodeNumber.Root, 0x41ED, root, 1, inode => inode.LinksCount = 3);
        draft.WriteInode(s_lostAndFound, 0x41C0, lost, blocks, inode => inode.LinksCount = 2);
    }

    /// <summary>Writes one block of entries; the last record reaches to the end, or to the checksum.</summary>
    private static void WriteBlock(ExtDraft draft, InodeNumber directory, long block, params (string Name, InodeNumber Inode)[] entries)
    {
        var bytes = new byte[draft.Geometry.BlockSize];
        int end = draft.Checksums.Metadata ? bytes.Length - DirEntry.TailSize : bytes.Length;
        int at = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            var (name, inode) = entries[i];
            int length = i == entries.Length - 1 ? end - at : DirEntry.SizeFor(name.Length);
            var entry = new DirEntry(bytes.AsSpan(at))
            {
                Inode = inode.Value,
                RecordLength = length,
                NameLength = (byte)name.Length,
                FileType = DirectoryType,
            };
            Encoding.ASCII.GetBytes(name, entry.Name);
            at += length;
        }

        if (entries.Length == 0)
        {
            var free = new DirEntry(bytes);
            free.RecordLength = end;
        }

        if (draft.Checksums.Metadata)
        {
            var tail = new DirEntry(bytes.AsSpan(end));
            tail.RecordLength = DirEntry.TailSize;
            tail.FileType = DirEntry.ChecksumTailType;
            uint seed = draft.Checksums.InodeSeed(directory, generation: 0);
            Le.Put32(bytes, bytes.Length - 4, ExtChecksums.OfDirectoryLeaf(seed, bytes));
        }

        draft.WriteBlock(block, bytes);
    }
}
