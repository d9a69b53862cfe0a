using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Recovery;

namespace ImgShrink.FileSystems.Tests.Ext.Recovery;

/// <summary>Deletions and truncations that a power cut has interrupted, and lists of them that are wrong.</summary>
public class OrphanTests
{
    public static TheoryData<string, string> Deleted => new()
    {
        { "ext4", "/large" }, { "ext4", "/far" }, { "ext4", "/spread" }, { "ext4", "/slow" }, { "ext4", "/fast" }, { "ext4", "/char" },
        { "ext4", "/attributes2" }, { "pi", "/far" }, { "pi", "/attributes1" }, { "ext2", "/far" }, { "ext2", "/slow" }, { "ext2", "/attributes3" },
        { "features", "/own1" }, { "features", "/small2" }, { "features", "/tiny-with-rest" }, { "features", "/link" },
    };

    [Theory]
    [MemberData(nameof(Deleted))]
    public void A_file_without_links_is_removed(string name, string path)
    {
        var image = new EditedImage(name);
        uint inode = Unlink(image, path);
        image.Superblock(superblock => superblock.LastOrphan = inode);
        ExpectRecovered(image, removed: 1, truncated: 0);
    }

    [Fact]
    public void Orphans_are_found_in_the_list_and_in_the_file()
    {
        var image = new EditedImage("ext4");
        uint[] inodes = [.. new[] { "/large", "/slow", "/attributes1", "/attributes2", "/attributes3", "/fifo" }.Select(path => Unlink(image, path))];
        image.Superblock(superblock => superblock.LastOrphan = inodes[0]);
        image.Inode(inodes[0], inode => inode.DeletionTime = inodes[1]);
        PutInFile(image, block: 0, slot: 3, inodes[2]);
        PutInFile(image, block: 0, slot: 251, inodes[3]);
        PutInFile(image, block: 1, slot: 0, inodes[4]);
        PutInFile(image, block: 1, slot: 1, inodes[5]);
        ExpectRecovered(image, removed: 6, truncated: 0);
    }

    [Fact]
    public void A_value_in_an_inode_of_its_own_goes_with_the_last_reference()
    {
        var image = new EditedImage("features");
        uint first = image.Find("/own1"), second = image.Find("/own2");
        InodeNumber value = ValueOf(image, first);
        Assert.Equal((value, 2), (ValueOf(image, second), new Inode(image.Volume.ReadInode(value)).EaReferences));
        Unlink(image, "/own1");
        image.Superblock(superblock => superblock.LastOrphan = first);
        ExtVolume volume = ExpectRecovered(image, removed: 1, truncated: 0);
        Assert.Equal(1, new Inode(volume.ReadInode(value)).EaReferences);

        Unlink(image, "/own2");
        image.Inode(first, inode => inode.DeletionTime = second);
        volume = ExpectRecovered(image, removed: 2, truncated: 0);
        Assert.Equal(0, new Inode(volume.ReadInode(value)).LinksCount);

        image.Inode(value.Value, inode => inode.EaReferences = 0);
        var damage = Assert.Throws<CorruptImageException>(() => image.Reopen());
        Assert.Equal($"{value}: its number of references (i_ctime, l_i_version) is 0, expected 1 or more: an attribute has its value there", damage.Findings[0].ToString());
        image.Inode(value.Value, inode => inode.Flags &= ~InodeFlags.EaInode);
        damage = Assert.Throws<CorruptImageException>(() => image.Reopen());
        Assert.Contains("its number of references (i_ctime, l_i_version) is not there", damage.Findings[0].ToString());
    }

    [Fact]
    public void An_empty_directory_may_be_one()
    {
        var image = new EditedImage("ext4");
        uint below = Unlink(image, "/dir/below");
        image.Inode(image.Find("/dir"), inode => inode.LinksCount--);
        image.Superblock(superblock => superblock.LastOrphan = below);
        ExpectRecovered(image, removed: 1, truncated: 0);
    }

    [Fact]
    public void A_file_for_orphans_may_be_empty()
    {
        var image = new EditedImage("ext4");
        image.Superblock(superblock => superblock.ReadOnly |= ReadOnlyFeatures.OrphanPresent);
        ExpectRecovered(image, removed: 0, truncated: 0);
    }

    [Theory]
    [InlineData("ext4", "/large", 0)]
    [InlineData("ext4", "/large", 1500)]
    [InlineData("ext4", "/large", 2048)]
    [InlineData("ext4", "/large", 20_000)]
    [InlineData("ext4", "/far", 100_000)]
    [InlineData("ext4", "/far", 1)]
    [InlineData("ext4", "/spread", 7000)]
    [InlineData("pi", "/far", 500_000)]
    [InlineData("ext2", "/far", 0)]
    [InlineData("ext2", "/far", 11 * 1024)]
    [InlineData("ext2", "/far", 12 * 1024 + 1)]
    [InlineData("ext2", "/far", 900_000)]
    [InlineData("ext2", "/large", 15_000)]
    public void A_file_with_links_is_cut_to_its_size(string name, string path, int size)
    {
        var image = new EditedImage(name);
        uint number = image.Find(path);
        byte[] before = ExtFileTree.Open(image.Volume).TryReadFile(path, 4 << 20)!;
        image.Inode(number, inode => (inode.Size, inode.DeletionTime) = (size, 0));
        image.Superblock(superblock => superblock.LastOrphan = number);
        ExtVolume volume = ExpectRecovered(image, removed: 0, truncated: 1);
        Assert.Equal(before[..size], ExtFileTree.Open(volume).TryReadFile(path, 4 << 20));
        foreach (Extent extent in BlockMap.Read(volume, new InodeNumber(number), new Inode(volume.ReadInode(new InodeNumber(number)))).Extents)
        {
            Assert.InRange(extent.LogicalEnd, 1, (size + 1023) / 1024);
            if (extent.LogicalEnd * 1024 > size)
                Assert.False(volume.ReadBlock(extent.PhysicalEnd - 1).AsSpan(size % 1024).ContainsAnyExcept((byte)0));
        }
    }

    private static readonly Dictionary<string, (Action<EditedImage> Make, string Expected)> _damages = new()
    {
        ["an attribute block outside, of a file to be cut"] = (image =>
        {
            uint number = image.Find("/large");
            image.Inode(number, inode => (inode.Size, inode.XattrBlock) = (1024, 9000));
            image.Superblock(superblock => superblock.LastOrphan = number);
        }, "inode #: i_file_acl is 9000, expected inside the volume"),
        ["a loop"] = (image => Chain(image, "/large", "/slow", "/large"), "list of orphan inodes: the link behind 2 inodes is inode # again, expected an end"),
        ["a loop of one"] = (image => Chain(image, "/large", "/large"), "list of orphan inodes: the link behind 1 inodes is inode # again, expected an end"),
        ["beyond the last"] = (image => image.Superblock(superblock => superblock.LastOrphan = 513), "inode 513: number is 513, expected 1 to 512"),
        ["a link beyond the last"] = (image =>
        {
            uint inode = Chain(image, "/large");
            image.Inode(inode, orphan => orphan.DeletionTime = 1_700_000_000);
        }, "inode 1700000000: number is 1700000000, expected 1 to 512"),
        ["a reserved one"] = (image => image.Superblock(superblock => superblock.LastOrphan = 8), "orphans: an inode is 8, expected an ordinary inode"),
        ["the orphan file"] = (image => image.Superblock(superblock => superblock.LastOrphan = 12), "orphans: an inode is 12, expected an ordinary inode"),
        ["never used"] = (image => image.Superblock(superblock => superblock.LastOrphan = 512), "inode 512: slot is never initialised, expected an inode in use"),
        ["its checksum"] = (image => image.RawInode(Chain(image, "/large"), inode => inode.Mode ^= 1), "inode #: i_checksum is 0x#, expected 0x#"),
        ["its mode"] = (image => image.Inode(Chain(image, "/large"), inode => inode.Mode = 0), "inode #: i_mode is 0x0000, expected that of a file"),
        ["in the list and in the file"] = (image => PutInFile(image, 0, 0, Chain(image, "/large")), "orphans: inode # is listed twice, expected listed once"),
        ["twice in the file"] = (image =>
        {
            uint inode = Unlink(image, "/large");
            PutInFile(image, 0, 0, inode);
            PutInFile(image, 1, 5, inode);
        }, "orphans: inode # is listed twice, expected listed once"),
        ["not marked in the bitmap"] = (image =>
        {
            var (group, slot) = image.Volume.Geometry.SlotOf(new InodeNumber(Chain(image, "/large")));
            image.InodeBitmap(group, bitmap => bitmap[slot / 8] ^= (byte)(1 << slot % 8));
        }, "inode bitmap of group #: bit # is 0, expected 1"),
        ["a block that is not in use"] = (image => image.Inode(Chain(image, "/large"), inode => new ExtentNode(inode.Block).SetLeaf(0, new ExtentNode(inode.Block).Leaf(0) with { Physical = 7900 })), "block bitmap of group #: bit # is 0, expected 1"),
        ["an attribute block that is none"] = (image => image.Inode(Chain(image, "/attributes1"), inode => inode.XattrBlock = 7900), "extended attribute block 7900: h_magic and h_blocks is 0x00000000 and 0, expected"),
        ["ob_magic"] = (image =>
        {
            PutInFile(image, 0, 0, Unlink(image, "/large"));
            image.Block(image.BlockOf(12, 0), block => block[^8] ^= 1);
        }, "orphan file, block #: ob_magic is 0x0B10CA05, expected 0x0B10CA04"),
        ["ob_checksum"] = (image =>
        {
            PutInFile(image, 0, 0, Unlink(image, "/large"));
            image.Block(image.BlockOf(12, 1), block => block[^1] ^= 1);
        }, "orphan file, block #: ob_checksum is 0x#, expected 0x#"),
        ["s_orphan_file_inum"] = (image => image.Superblock(superblock => (superblock.ReadOnly, superblock.OrphanFileInode) = (superblock.ReadOnly | ReadOnlyFeatures.OrphanPresent, 2)), "inode 2: i_mode is 0x#, expected a regular file: s_orphan_file_inum names it"),
        ["s_usr_quota_inum"] = (image =>
        {
            Chain(image, "/large");
            image.Superblock(superblock => (superblock.ReadOnly, superblock.UserQuotaInode) = (superblock.ReadOnly | ReadOnlyFeatures.Quota, 513));
        }, "inode 513: number is 513, expected 1 to 512"),
        ["bg_inode_table of another group"] = (image =>
        {
            FreeFromWorkedOutBitmap(image, "/large");
            image.Group(3, group => group.InodeTable = 8192 - 31);
        }, "descriptor of block group 3: bg_inode_table is 8161, expected inside the volume"),
        ["bg_block_bitmap of another group"] = (image =>
        {
            FreeFromWorkedOutBitmap(image, "/large");
            image.Group(3, group => group.BlockBitmap = 8192);
        }, "descriptor of block group 3: bg_block_bitmap is 8192, expected inside the volume"),
        ["s_free_blocks_count"] = (image =>
        {
            Chain(image, "/large");
            image.SuperblockBytes(bytes => bytes[0x15B] = 0x80);
        }, "ext superblock: s_free_blocks_count is -#, expected 0 to #"),
        ["s_free_inodes_count"] = (image =>
        {
            Chain(image, "/large");
            image.Superblock(superblock => superblock.FreeInodes = uint.MaxValue);
        }, "ext superblock: s_free_inodes_count is 4294967295, expected 0 to 511"),
        ["bg_free_inodes_count"] = (image =>
        {
            int number = image.Volume.Geometry.SlotOf(new InodeNumber(Chain(image, "/large"))).Group;
            image.Group(number, group => group.FreeInodes = uint.MaxValue);
        }, "descriptor of block group #: bg_free_inodes_count is 4294967295, expected 0 to 127"),
    };

    public static TheoryData<string> Damages => [.. _damages.Keys];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_list_that_is_wrong_is_damage(string name)
    {
        var image = new EditedImage("ext4");
        _damages[name].Make(image);
        string found = Assert.Throws<CorruptImageException>(() => image.Reopen()).Findings[0].ToString();
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(_damages[name].Expected).Replace("\\#", "[0-9A-F]+")}", found);
    }

    [Theory]
    [InlineData(InodeFlags.Verity, 1024, "it has the flag Verity")]
    [InlineData(InodeFlags.InlineData, 1024, "it has the flag InlineData")]
    [InlineData(InodeFlags.Encrypted, 1000, "it has the flag Encrypted")]
    internal void A_truncation_that_is_not_understood_is_refused(InodeFlags flag, int size, string expected)
    {
        var image = new EditedImage("ext4");
        uint number = image.Find("/large");
        image.Inode(number, inode => (inode.Size, inode.Flags) = (size, inode.Flags | flag));
        image.Superblock(superblock => superblock.LastOrphan = number);
        ExtVolume volume = image.Reopen();
        Assert.Contains(expected, volume.Obstacle);
        Assert.Null(volume.Recovery);
        Assert.Equal([new ByteRange(0, 8 << 20)], volume.DataRanges().Ranges());
    }

    private static ExtVolume ExpectRecovered(EditedImage image, int removed, int truncated)
    {
        ExtVolume volume = image.Reopen();
        Assert.Null(volume.Obstacle);
        Assert.Equal(new RecoveryRecord(0, 0, removed, truncated), volume.Recovery);
        Assert.Empty(Audit.Run(volume).Findings.Select(finding => finding.ToString()));
        Assert.Null(ExtVolume.Open(volume.Store).Recovery);
        Assert.NotNull(volume.PlanShrink(ShrinkRoom.None, CancellationToken.None));
        return volume;
    }

    /// <summary>Takes the only name of a file away, and leaves all else to the recovery.</summary>
    private static uint Unlink(EditedImage image, string path)
    {
        uint number = image.Find(path);
        int slash = path.LastIndexOf('/');
        uint directory = slash == 0 ? 2 : image.Find(path[..slash]);
        var (_, logical, at) = image.FindIn(directory, path[(slash + 1)..]);
        image.DirectoryLeaf(directory, logical, block => new DirEntry(block[at..]).Inode = 0);
        image.Inode(number, inode => inode.LinksCount = 0);
        return number;
    }

    private static InodeNumber ValueOf(EditedImage image, uint owner)
    {
        var inode = new Inode(image.Volume.ReadInode(new InodeNumber(owner)));
        foreach (XattrEntry entry in XattrList.InInode(new InodeNumber(owner), inode))
        {
            if (entry.ValueInode != 0)
                return new InodeNumber(entry.ValueInode);
        }

        throw new InvalidOperationException($"Inode {owner} has no value in an inode of its own.");
    }

    /// <summary>Makes a list of orphans; gives the first.</summary>
    private static uint Chain(EditedImage image, params string[] paths)
    {
        uint[] inodes = [.. paths.Select(image.Find)];
        foreach (string path in paths.Distinct())
            Unlink(image, path);
        for (int i = 0; i + 1 < inodes.Length; i++)
            image.Inode(inodes[i], inode => inode.DeletionTime = inodes[i + 1]);
        image.Superblock(superblock => superblock.LastOrphan = inodes[0]);
        return inodes[0];
    }

    /// <summary>Makes an orphan whose blocks are in a group with a bitmap that is not stored.</summary>
    private static void FreeFromWorkedOutBitmap(EditedImage image, string path)
    {
        int group = image.Volume.Geometry.GroupOf(image.BlockOf(Chain(image, path), 0));
        image.Group(group, descriptor => descriptor.Flags |= GroupFlags.BlockUninit);
    }

    private static void PutInFile(EditedImage image, int block, int slot, uint number)
    {
        uint file = image.Volume.Superblock.OrphanFileInode;
        long place = image.BlockOf(file, block);
        image.Block(place, bytes =>
        {
            Le.Put32(bytes, 4 * slot, number);
            uint generation = new Inode(image.Volume.ReadInode(new InodeNumber(file))).Generation;
            uint seed = image.Volume.Checksums.InodeSeed(new InodeNumber(file), generation);
            new OrphanBlock(bytes).Checksum = ExtChecksums.OfOrphanBlock(seed, place, bytes);
        });
        image.Superblock(superblock => superblock.ReadOnly |= ReadOnlyFeatures.OrphanPresent);
    }
}
