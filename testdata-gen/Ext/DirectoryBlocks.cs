using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>A name in a directory.</summary>
/// <param name="Name">1 to 255 bytes in UTF-8.</param>
/// <param name="Inode">What it names.</param>
/// <param name="Kind">What that is.</param>
internal readonly record struct NewEntry(string Name, InodeNumber Inode, FileKind Kind)
{
    /// <summary>Bytes of its record in a directory block.</summary>
    public int RecordSize => DirEntry.SizeFor(Encoding.UTF8.GetByteCount(Name));
}

/// <summary>
/// The blocks of a new directory: one block of entries, or leaves in the order of their hashes behind an index.
/// </summary>
internal static class DirectoryBlocks
{
    private const int DotSize = 12;
    private const byte IndexInfoLength = 8; // info_length

    /// <summary>The two entries that every directory begins with.</summary>
    public static NewEntry[] Dots(InodeNumber self, InodeNumber parent) =>
        [new(".", self, FileKind.Directory), new("..", parent, FileKind.Directory)];

    /// <summary>The blocks, in order. <paramref name="entries"/> are without "." and "..".</summary>
    public static List<byte[]> Make(ExtDraft draft, InodeNumber self, uint generation, InodeNumber parent,
        IReadOnlyList<NewEntry> entries)
    {
        uint seed = draft.Checksums.InodeSeed(self, generation);
        NewEntry[] dots = Dots(self, parent);
        if (FitsOneBlock(draft, entries))
            return [Leaf(draft, seed, [.. dots, .. entries])];
        List<List<Hashed>> leaves = Leaves(draft, entries);
        return
        [
            IndexRoot(draft, seed, dots, leaves),
            .. leaves.Select(leaf => Leaf(draft, seed, [.. leaf.Select(hashed => hashed.Entry)])),
        ];
    }

    /// <summary>Whether the directory needs the index flag.</summary>
    public static bool IsIndexed(ExtDraft draft, IReadOnlyList<NewEntry> entries) => !FitsOneBlock(draft, entries);

    /// <summary>A block of entries; the last record reaches to the end, or to the checksum.</summary>
    /// <param name="draft">The volume.</param>
    /// <param name="seed">Of the directory's checksums.</param>
    /// <param name="entries">What is in the block; may be nothing.</param>
    public static byte[] Leaf(ExtDraft draft, uint seed, IReadOnlyList<NewEntry> entries)
    {
        var bytes = new byte[draft.Geometry.BlockSize];
        int end = LeafEnd(draft);
        PutEntries(bytes.AsSpan(0, end), entries);
        if (draft.Checksums.Metadata)
        {
            var tail = new DirEntry(bytes.AsSpan(end));
            tail.RecordLength = DirEntry.TailSize;
            tail.FileType = DirEntry.ChecksumTailType;
            Le.Put32(bytes, bytes.Length - 4, ExtChecksums.OfDirectoryLeaf(seed, bytes));
        }

        return bytes;
    }

    private static byte[] IndexRoot(ExtDraft draft, uint seed, NewEntry[] dots, List<List<Hashed>> leaves)
    {
        var bytes = new byte[draft.Geometry.BlockSize];
        PutEntries(bytes, dots);
        bytes[0x1C] = DirectoryHash.HalfMd4;
        bytes[0x1D] = IndexInfoLength;
        int limit = (bytes.Length - DirectoryBlock.RootCountOffset) / 8 - (draft.Checksums.Metadata ? 1 : 0);
        if (leaves.Count > limit)
            throw new NotSupportedException(
                $"A sample directory of {leaves.Count} blocks; an index of one level reaches {limit}.");
        Span<byte> slots = bytes.AsSpan(DirectoryBlock.RootCountOffset);
        for (int i = 0; i < leaves.Count; i++)
        {
            // Bit 0 says that names of this hash are in the leaf before, too. Slot 0 has no hash: limit and count lie there.
            bool continues = i > 0 && leaves[i - 1][^1].Hash == leaves[i][0].Hash;
            Le.Put32(slots, 8 * i, leaves[i][0].Hash | (continues ? 1u : 0));
            Le.Put32(slots, 8 * i + 4, (uint)i + 1);
        }

        Le.Put16(slots, 0, (ushort)limit);
        Le.Put16(slots, 2, (ushort)leaves.Count);
        if (draft.Checksums.Metadata)
            Le.Put32(slots, 8 * limit + 4, ExtChecksums.OfDirectoryIndex(
                seed, bytes, DirectoryBlock.RootCountOffset, limit, leaves.Count));

        return bytes;
    }

    /// <summary>
    /// The entries by hash, cut into leaves that are three quarters full, as they are in a directory that grew.
    /// </summary>
    private static List<List<Hashed>> Leaves(ExtDraft draft, IReadOnlyList<NewEntry> entries)
    {
        var hash = new DirectoryHash(DirectoryHash.HalfMd4, unsignedCharacters: false, draft.Superblock.HashSeed);
        int room = LeafEnd(draft) * 3 / 4;
        var leaves = new List<List<Hashed>>();
        int used = room;
        foreach (Hashed hashed in entries.Select(
            entry => new Hashed(hash.Of(Encoding.UTF8.GetBytes(entry.Name)), entry)).OrderBy(hashed => hashed.Hash))
        {
            if (used + hashed.Entry.RecordSize > room)
            {
                leaves.Add([]);
                used = 0;
            }

            leaves[^1].Add(hashed);
            used += hashed.Entry.RecordSize;
        }

        return leaves;
    }

    private static void PutEntries(Span<byte> into, IReadOnlyList<NewEntry> entries)
    {
        if (entries.Count == 0)
        {
            var free = new DirEntry(into);
            free.RecordLength = into.Length;
        }

        int at = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            NewEntry entry = entries[i];
            var record = new DirEntry(into[at..]);
            record.Inode = entry.Inode.Value;
            record.RecordLength = i == entries.Count - 1 ? into.Length - at : entry.RecordSize;
            record.NameLength = (byte)Encoding.UTF8.GetByteCount(entry.Name);
            record.FileType = FileTypes.Of(entry.Kind);
            Encoding.UTF8.GetBytes(entry.Name, record.Name);
            at += record.RecordLength;
        }
    }

    private static bool FitsOneBlock(ExtDraft draft, IReadOnlyList<NewEntry> entries) =>
        2 * DotSize + entries.Sum(entry => entry.RecordSize) <= LeafEnd(draft);

    private static int LeafEnd(ExtDraft draft) =>
        draft.Geometry.BlockSize - (draft.Checksums.Metadata ? DirEntry.TailSize : 0);

    private readonly record struct Hashed(uint Hash, NewEntry Entry);
}
