using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.SampleCards.Ext;

/// <summary>
/// The directory /lost+found, inode 11: it has its room from the start, because e2fsck fills it without allocating.
/// </summary>
internal static class LostAndFound
{
    public const string Name = "lost+found";
    public static readonly InodeNumber Number = new(11);

    private const ushort PrivateDirectory = 0x41C0; // mode 0700

    /// <summary>Writes it: 16 KiB, but no more blocks than an inode has direct pointers.</summary>
    public static void Write(ExtDraft draft)
    {
        uint seed = draft.Checksums.InodeSeed(Number, generation: 0);
        int blocks = Math.Min(16384 / draft.Geometry.BlockSize, 12);
        long start = draft.Take(blocks, draft.Geometry.FirstDataBlock);
        var pages = new List<byte[]> { DirectoryBlocks.Leaf(
            draft, seed, DirectoryBlocks.Dots(Number, InodeNumber.Root)) };
        while (pages.Count < blocks)
            pages.Add(DirectoryBlocks.Leaf(draft, seed, []));
        draft.WriteBlock(start, pages.SelectMany(page => page).ToArray());

        InodeNumber taken = draft.TakeInode(group: 0);
        if (taken != Number)
            throw new InvalidOperationException($"lost+found got {taken}, not {Number}.");
        Inode inode = draft.NewInode(PrivateDirectory, draft.Now);
        draft.SetRun(inode, start, blocks);
        inode.LinksCount = 2;
        draft.WriteInode(Number, inode);
        draft.CountDirectory(Number);
    }
}
