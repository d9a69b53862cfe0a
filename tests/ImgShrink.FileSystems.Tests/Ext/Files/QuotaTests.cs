using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Quota;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

/// <summary>What quota files say stays equal to what is used; e2fsck counts after us.</summary>
public class QuotaTests(ITestOutputHelper output)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Options = "-t ext4 -b 1024 -O quota,project,ea_inode -E quotatype=usrquota:grpquota:prjquota";

    [Fact]
    public void Files_that_come_and_go_are_counted()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(Options, "32M");
        image.AssertClean();
        image.Edit(editor =>
        {
            editor.WriteFile("/dir/file", new byte[5000], Mode);
            editor.WriteFile("/owned", new MemoryStore(new byte[30_000]),
                new NewObject { Mode = Mode, Owner = 1000, Group = 70_000, Attributes = new Dictionary<string, byte[]> { ["user.shared"] = new byte[500] } });
        });
        image.BuildIndexes(); // which gives 1000 and 70000 their entries
        image.AssertClean();
        image.Edit(editor =>
        {
            editor.Delete("/dir/file");
            editor.WriteFile("/dir/other", new byte[100_000], Mode);
            editor.Delete("/owned");
        });
        image.AssertClean();
    }

    [Fact]
    public void What_is_made_in_a_directory_of_a_project_belongs_to_the_project()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(Options, "32M");
        image.Edit(editor => editor.CreateDirectory("/project"));
        image.Change("set_inode_field /project flags 0x20080000\nset_inode_field /project projid 7\n");
        image.BuildIndexes();
        image.Edit(editor => editor.WriteFile("/project/below/file", new byte[9000], Mode));
        image.AssertClean();
        Assert.Contains("Project:     7", image.Ask("stat /project/below/file"));
    }

    [Fact]
    public void Usage_that_is_not_exact_is_a_remark_and_set_right()
    {
        if (ExtImage.IsMissing(output))
            return;
        EditedImage image = Make();
        long at = EntryOf(image, QuotaKind.Group, 0);
        image.Volume.Store.Write(at + 0x18, [200, 0, 0, 0]);
        ExtVolume volume = image.Reopen();
        Assert.Null(volume.Damage());
        Assert.Contains("group quota: usage of 0 is ", volume.Remark());
        Assert.Null(ExtVolume.Open(volume.PlanShrink(ShrinkRoom.None, CancellationToken.None).View.Bytes).Remark());
    }

    [Fact]
    public void A_volume_without_an_entry_for_root_gets_no_files()
    {
        if (ExtImage.IsMissing(output))
            return;
        EditedImage image = Make();
        image.Volume.Store.Write(EntryOf(image, QuotaKind.User, 0), new byte[QuotaEntry.Size]);
        Assert.Equal("the user quota of the volume has no entry for 0, which is root", ExtFileEditor.WhyNotCreate(image.Reopen(), ["/file"]));
        Assert.Throws<UnsupportedImageException>(() => ExtFileEditor.Open(image.Reopen(), ExtImage.Time));
    }

    [Theory]
    [InlineData("magic", 0, 1u, "user quota: dqh_magic and dqh_version is 0x00000001 and 1, expected 0xD9C01F11 and 1")]
    [InlineData("version", 4, 0u, "user quota: dqh_magic and dqh_version is 0xD9C01F11 and 0, expected 0xD9C01F11 and 1")]
    [InlineData("far", 1024, 99_999u, "user quota: a reference is 99999, expected a block of the ")]
    [InlineData("circle", 1024, 1u, "user quota: a reference of level 1 is 1, expected a block to which no other leads")]
    public void A_tree_that_leads_nowhere_is_found(string name, int offset, uint value, string finding)
    {
        if (ExtImage.IsMissing(output))
            return;
        output.WriteLine(name);
        EditedImage image = Make();
        var bytes = new byte[4];
        Le.Put32(bytes, 0, value);
        image.Volume.Store.Write(image.BlockOf(3, offset / 1024) * 1024L + offset % 1024, bytes);
        Assert.Contains(image.Findings(), each => each.StartsWith(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_that_is_nowhere_is_damage()
    {
        var image = new EditedImage("features");
        image.Inode(image.Find("/own1"), inode => Le.Put32(inode.XattrArea, 28, 513));
        var damage = Assert.Throws<CorruptImageException>(() => QuotaUsage.Of(image.Reopen()));
        Assert.Equal("inode 513: number is 513, expected 1 to 512", damage.Findings[0].ToString());
    }

    [Fact]
    public void More_blocks_than_can_be_are_left_to_the_audit()
    {
        var image = new EditedImage("ext4");
        QuotaUsage before = QuotaUsage.Of(image.Volume);
        for (int i = 1; i <= 40; i++)
            image.Inode(image.Find($"/late/file{i}"), inode => (inode.Flags, inode.BlocksCount) = (inode.Flags | InodeFlags.HugeFile, (1L << 48) - 1));
        Assert.Equal(before[QuotaKind.User, 0].Inodes, QuotaUsage.Of(image.Reopen())[QuotaKind.User, 0].Inodes);
        Assert.Contains(image.Findings(), each => each.Contains("i_blocks is 281474976710655, expected "));
    }

    private static EditedImage Make()
    {
        using var image = new ExtImage(Options, "16M");
        image.Edit(editor => editor.WriteFile("/file", new byte[5000], Mode));
        return new EditedImage(image.Bytes());
    }

    private static long EntryOf(EditedImage image, QuotaKind kind, uint id) =>
        QuotaFile.All(image.Volume).Single(file => file.Kind == kind).Entries[id];
}
