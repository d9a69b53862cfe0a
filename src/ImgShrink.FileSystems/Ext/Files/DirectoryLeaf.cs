using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Makes and changes the records of a directory block that holds entries.</summary>
/// <remarks>
/// Spec: kernel documentation, filesystems/ext4, "Directory Entries". Checksums are left to who stores the block.
/// </remarks>
internal static class DirectoryLeaf
{
    /// <summary>A record of exactly the length that the name needs.</summary>
    public static byte[] Record(InodeNumber inode, ReadOnlySpan<byte> name, byte fileType)
    {
        var bytes = new byte[DirEntry.SizeFor(name.Length)];
        Fill(new DirEntry(bytes) { RecordLength = bytes.Length }, inode, name, fileType);
        return bytes;
    }

    /// <summary>A block of these records, one behind the other; the last one takes the rest.</summary>
    /// <param name="blockSize">Bytes in the block.</param>
    /// <param name="checksums">Whether it ends with room for a checksum.</param>
    /// <param name="records">Made by <see cref="Record"/>; they must fit. None gives one free record.</param>
    public static byte[] Pack(int blockSize, bool checksums, IEnumerable<byte[]> records)
    {
        var block = new byte[blockSize];
        int end = blockSize;
        if (checksums)
        {
            end -= DirEntry.TailSize;
            _ = new DirEntry(block.AsSpan(end)) { RecordLength = DirEntry.TailSize,
                FileType = DirEntry.ChecksumTailType };
        }

        int at = 0, last = 0;
        foreach (byte[] record in records)
        {
            record.CopyTo(block, at);
            (last, at) = (at, at + record.Length);
        }

        _ = new DirEntry(block.AsSpan(last)) { RecordLength = end - last };
        return block;
    }

    /// <summary>Whether a record of <paramref name="needed"/> bytes fits somewhere in the block.</summary>
    public static bool HasRoom(DirectoryBlock block, int needed)
    {
        foreach (DirEntry entry in block)
        {
            if (entry.RecordLength - Used(entry) >= needed)
                return true;
        }

        return false;
    }

    /// <summary>Puts a name into the first place where it fits; the caller made sure that there is one.</summary>
    public static void Insert(DirectoryBlock block, InodeNumber inode, ReadOnlySpan<byte> name, byte fileType)
    {
        int at = 0;
        foreach (DirEntry entry in block)
        {
            int used = Used(entry), length = entry.RecordLength;
            if (length - used >= DirEntry.SizeFor(name.Length))
            {
                if (used > 0)
                {
                    DirEntry shortened = entry;
                    shortened.RecordLength = used;
                }

                Fill(new DirEntry(block.Bytes[(at + used)..]) { RecordLength = length - used }, inode, name, fileType);
                return;
            }

            at += length;
        }

        throw new InvalidOperationException("The directory block has no room for the name.");
    }

    /// <summary>Takes a name out: the record before it grows over it, or it becomes a free record.</summary>
    /// <returns>False when the block has no such name.</returns>
    public static bool Remove(DirectoryBlock block, ReadOnlySpan<byte> name)
    {
        int at = 0, previous = -1;
        foreach (DirEntry entry in block)
        {
            int length = entry.RecordLength;
            if (entry.Inode != 0 && entry.Name.SequenceEqual(name))
            {
                block.Bytes.Slice(at, DirEntry.SizeFor(name.Length)).Clear();
                int start = previous < 0 ? at : previous;
                _ = new DirEntry(block.Bytes[start..]) { RecordLength = at + length - start };
                return true;
            }

            (previous, at) = (at, at + length);
        }

        return false;
    }

    /// <summary>The records in use, each cut to the length that it needs.</summary>
    public static List<byte[]> Records(DirectoryBlock block)
    {
        var records = new List<byte[]>();
        foreach (DirEntry entry in block)
        {
            if (entry.Inode != 0)
                records.Add(Record(new InodeNumber(entry.Inode), entry.Name, entry.FileType));
        }

        return records;
    }

    /// <summary>The name in a record made by <see cref="Record"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(byte[] record) => new DirEntry(record).Name;

    private static int Used(DirEntry entry) => entry.Inode == 0 ? 0 : DirEntry.SizeFor(entry.NameLength);

    private static void Fill(DirEntry entry, InodeNumber inode, ReadOnlySpan<byte> name, byte fileType)
    {
        entry.Inode = inode.Value;
        entry.NameLength = (byte)name.Length;
        entry.FileType = fileType;
        name.CopyTo(entry.Name);
    }
}
