using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Shrink;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>Directories that are encrypted and casefolded: each name has its hash beside it, for that takes the key.</summary>
public class KeyedDirectoryTests
{
    private const int HashSize = 8;

    [Fact]
    public void It_is_sound_and_stays_what_it_is()
    {
        EditedImage image = WithKeyedNames();
        Assert.Empty(image.Findings());
        ExtVolume volume = image.Reopen();
        ShrinkPlan plan = volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
        Assert.Equal(Names(volume, image.Find("/indexed")), Names(ExtVolume.Open(plan.View.Bytes), image.Find("/indexed")));
    }

    [Fact]
    public void A_hash_that_is_not_of_its_block_is_found() => Expect(
        entry => Le.Put32(entry, DirEntry.SizeFor(new DirEntry(entry).NameLength), 0xFFFFFFF0),
        ", block 1: hashes of its names is ");

    [Fact]
    public void A_name_without_room_for_its_hash_is_found() => Expect(
        entry => new DirEntry(entry).NameLength += HashSize, ": rec_len of '");

    [Fact]
    public void Another_kind_of_hash_is_found()
    {
        EditedImage image = WithKeyedNames();
        image.DirectoryBlock(image.Find("/indexed"), 0, root => root[0x1C] = DirectoryHash.HalfMd4);
        Assert.Contains(image.Findings(), finding => finding.EndsWith("block 0: hash_version is 1, expected 6", StringComparison.Ordinal));
    }

    private static void Expect(EditedImage.BlockEdit change, string finding)
    {
        EditedImage image = WithKeyedNames();
        image.DirectoryBlock(image.Find("/indexed"), 1, block => change(block));
        Assert.Contains(image.Findings(), each => each.Contains(finding, StringComparison.Ordinal));
    }

    /// <summary>Each name of an indexed directory makes room for its hash, so that the index stays true.</summary>
    private static EditedImage WithKeyedNames()
    {
        var image = new EditedImage("ext4");
        uint directory = image.Find("/indexed");
        image.Superblock(superblock => superblock.Incompat |= IncompatFeatures.Encrypt | IncompatFeatures.CaseFold);
        image.Inode(directory, inode => inode.Flags |= InodeFlags.Encrypted | InodeFlags.CaseFolded);
        DirectoryHash hash = DirectoryHash.For(image.Volume.Superblock, DirectoryHash.HalfMd4);
        image.DirectoryBlock(directory, 0, root => root[0x1C] = DirectoryHash.SipHash);
        int blocks = image.MapOf(directory).Extents.Sum(extent => extent.Length);
        for (int block = 1; block < blocks; block++)
            image.DirectoryBlock(directory, block, bytes => ShortenNames(bytes, hash));
        return image;
    }

    private static void ShortenNames(Span<byte> block, DirectoryHash hash)
    {
        for (int at = 0; at < block.Length - DirEntry.TailSize; at += new DirEntry(block[at..]).RecordLength)
        {
            var entry = new DirEntry(block[at..]);
            if (entry.Inode == 0)
                continue;
            uint value = hash.Of(entry.Name);
            // What tells the names apart is at their ends.
            entry.Name[HashSize..].CopyTo(entry.Name);
            entry.NameLength -= HashSize;
            Span<byte> behind = block.Slice(at + DirEntry.SizeFor(entry.NameLength), HashSize);
            behind.Clear();
            Le.Put32(behind, 0, value);
        }
    }

    private static List<string> Names(ExtVolume volume, uint directory)
    {
        var number = new InodeNumber(directory);
        var names = new List<string>();
        foreach (Extent extent in BlockMap.Read(volume, number, new Inode(volume.ReadInode(number))).Extents)
        {
            for (int i = 0; i < extent.Length; i++)
            {
                foreach (DirEntry entry in DirectoryBlock.Open(volume.ReadBlock(extent.Physical + i), number, (uint)(extent.Logical + i), indexed: true, checksums: true))
                    names.Add($"{Convert.ToHexString(entry.Name)} {entry.StoredHash:X8} {entry.Inode}");
            }
        }

        return names;
    }
}
