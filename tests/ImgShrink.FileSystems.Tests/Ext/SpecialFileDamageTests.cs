using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One field of the journal, the orphan file or the resize inode at a time.</summary>
public class SpecialFileDamageTests
{
    private const uint Journal = 8, OrphanFile = 12, Resize = 7;

    private static readonly Damage[] _all =
    [
        new("h_magic of the journal", "ext4", image => image.Block(image.BlockOf(Journal, 0), block => block[0] = 0), "journal superblock: h_magic is #, expected 3225106840"),
        new("s_blocksize of the journal", "ext4", image => image.Block(image.BlockOf(Journal, 0), block => block[0xE] = 0x10), "journal superblock: s_blocksize is 4096, expected 1024"),
        new("s_maxlen of the journal", "ext4", image => image.Block(image.BlockOf(Journal, 0), block => block[0x12] = 0x10), "journal superblock: s_maxlen is 4096, expected at most 1024"),
        new("s_start of the journal", "pi", image => image.Block(image.BlockOf(Journal, 0), block => block[0x1F] = 1), "journal superblock: s_start is 1, expected 0"),
        new("s_errno of the journal", "pi", image => image.Block(image.BlockOf(Journal, 0), block => block[0x20] = 0xFF), "journal superblock: s_errno is -16777216, expected 0"),
        new("a checksum of the journal", "ext4", image => Journalled(image, block => block[0xFF] ^= 1), "journal superblock: s_checksum is #, expected #"),
        new("h_blocktype of the journal", "pi", image => Journalled(image, block => block[7] = 9), "journal superblock: h_blocktype is 9, expected 3 or 4"),
        new("s_first of the journal", "pi", image => Journalled(image, block => Be.Put32(block, 0x14, 0)), "journal superblock: s_first is 0, expected 1 to 1023"),
        new("a feature of the journal", "pi", image => Journalled(image, block => Be.Put32(block, 0x28, 0x1000)), "journal superblock: s_feature_incompat, s_feature_ro_compat and s_nr_users is 0x1000, 0x0 and 1, expected known features and one user"),
        new("users of the journal", "pi", image => Journalled(image, block => Be.Put32(block, 0x40, 2)), "journal superblock: s_feature_incompat, s_feature_ro_compat and s_nr_users is #, 0x0 and 2, expected known features and one user"),
        new("s_journal_inum without a journal", "ext2", image => image.Superblock(superblock => superblock.JournalInode = 11), "ext superblock: s_journal_inum is 11, expected 0"),
        new("s_journal_dev without a journal", "ext2", image => image.SuperblockBytes(bytes => Le.Put32(bytes, 0xE4, 0x801)), "ext superblock: s_journal_dev and s_journal_uuid is not empty, expected empty: the volume does not have a journal"),
        new("s_orphan_file_inum without an orphan file", "ext2", image => image.Superblock(superblock => superblock.OrphanFileInode = 12), "ext superblock: s_orphan_file_inum is 12, expected 0"),
        new("s_desc_size without 64bit", "ext2", image => image.Superblock(superblock => superblock.DescriptorSize = 7), "ext superblock: s_desc_size is 7, expected 0, or a power of two up to 1024"),
        new("s_usr_quota_inum without quota", "ext4", image => image.Superblock(superblock => superblock.UserQuotaInode = 3), "ext superblock: s_usr_quota_inum is 3, expected 0"),
        new("s_grp_quota_inum without quota", "ext4", image => image.Superblock(superblock => superblock.GroupQuotaInode = 2), "ext superblock: s_grp_quota_inum is 2, expected 0"),
        new("s_prj_quota_inum without quota", "ext4", image => image.Superblock(superblock => superblock.ProjectQuotaInode = 12), "ext superblock: s_prj_quota_inum is 12, expected 0"),
        new("s_prj_quota_inum of a reserved inode", "ext4", image => image.Superblock(superblock => WithQuota(superblock, project: 5)), "ext superblock: s_prj_quota_inum is 5, expected 0, or 11 and more"),
        new("s_journal_inum of a free inode", "ext4", image => image.Superblock(superblock => superblock.JournalInode = 400), "ext superblock: s_journal_inum is 400, expected an inode in use"),
        new("s_journal_inum beyond the last", "ext4", image => image.Superblock(superblock => superblock.JournalInode = 513), "ext superblock: s_journal_inum is 513, expected an inode in use"),
        new("s_journal_inum of a directory", "ext4", image => image.Superblock(superblock => superblock.JournalInode = 2), "inode 2: i_mode is 0x#, expected a regular file: s_journal_inum names it"),
        new("s_journal_inum of a file with a hole in front", "pi", image => HoleInFront(image), "journal: block 0 is a hole, expected the journal's superblock"),
        new("ob_magic", "ext4", image => image.Block(image.BlockOf(OrphanFile, 0), block => block[^8] ^= 1), "orphan file, block #: ob_magic is #, expected 185649668"),
        new("an orphan of a clean volume", "ext4", image => image.Block(image.BlockOf(OrphanFile, 0), block => block[0] = 20), "orphan file, block #: its slots is not empty, expected empty: the volume is clean"),
        new("ob_checksum", "ext4", image => image.Block(image.BlockOf(OrphanFile, 1), block => block[^1] ^= 1), "orphan file, block #: ob_checksum is #, expected #"),
        new("s_orphan_file_inum", "ext4", image => image.Superblock(superblock => superblock.OrphanFileInode = 0), "ext superblock: s_orphan_file_inum is 0, expected an inode in use"),
        new("root of the resize inode", "pi", image => image.Inode(Resize, inode => Le.Put32(inode.Block, 13 * 4, 8192)), "inode 7: i_block[13] is 8192, expected inside"),
        new("a pointer of the resize inode", "pi", image => image.Block(3, block => block[0] ^= 1), "inode 7: block 3 is not the map of the reserved descriptor blocks, expected that map"),
        new("i_blocks of the resize inode", "ext4", image => image.Inode(Resize, inode => inode.BlocksCount -= 2), "inode 7: i_blocks is #, expected #"),
    ];

    public static TheoryData<string> Names => [.. _all.Select(damage => damage.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_found(string name) => _all.Single(damage => damage.Name == name).ExpectFound();

    private static void WithQuota(Superblock superblock, uint project)
    {
        superblock.ReadOnly |= ReadOnlyFeatures.Quota;
        superblock.ProjectQuotaInode = project;
    }

    private static void Journalled(EditedImage image, EditedImage.BlockEdit edit) => image.Block(image.BlockOf(Journal, 0), edit);

    private static void HoleInFront(EditedImage image)
    {
        uint far = image.Find("/far");
        image.ExtentNode(far, image.MapOf(far).Nodes[0].Block, node => Le.Put32(node, 12, 1));
        image.Inode(far, inode => Le.Put32(inode.Block, 12, 1));
        image.Superblock(superblock => superblock.JournalInode = far);
    }
}
