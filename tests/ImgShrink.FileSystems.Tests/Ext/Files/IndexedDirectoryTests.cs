using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

public class IndexedDirectoryTests(ITestOutputHelper output)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead;

    /// <summary>Names of e2fsck's index, names put in afterwards, bytes in a name, and whether the index can take them.</summary>
    [Theory]
    [InlineData("-t ext4 -b 4096", 3000, 3000, 12, true)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,^64bit", 3000, 3000, 12, true)]
    [InlineData("-t ext3 -b 4096", 2000, 2000, 30, true)]
    [InlineData("-t ext4 -b 1024", 300, 900, 200, false)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum", 300, 900, 200, false)]
    [InlineData("-t ext4 -b 1024", 1500, 500, 200, false)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum", 1500, 500, 200, false)]
    [InlineData("-t ext4 -b 2048 -O ^metadata_csum", 1500, 500, 40, true)]
    public void Names_can_be_added_and_removed(string options, int indexed, int added, int length, bool staysIndexed)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options + " -N 16384", "96M");
        string pad = new('n', length - 6);
        image.Edit(editor =>
        {
            for (int i = 0; i < indexed; i++)
                editor.WriteFile($"/d/{pad}{i:D6}", [], Mode);
        });
        image.BuildIndexes();
        image.AssertClean();
        Assert.True(IsIndexed(image));

        image.Edit(editor =>
        {
            for (int i = indexed; i < indexed + added; i++)
                editor.WriteFile($"/d/{pad}{i:D6}", [], Mode);
        });
        image.AssertClean();
        Assert.Equal(staysIndexed, IsIndexed(image));
        image.Edit(editor =>
        {
            for (int i = 0; i < indexed + added; i += 2)
                editor.Delete($"/d/{pad}{i:D6}");
        });
        image.AssertClean();
        image.Read((_, tree) => Assert.Equal((indexed + added) / 2, tree.List("/d").Count));
        Assert.Contains("Type: regular", image.Ask($"stat /d/{pad}{indexed + 1:D6}"));
    }

    [Theory]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum")]
    public void A_directory_that_was_emptied_takes_names_again(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options);
        image.Edit(editor => Many(name => editor.WriteFile(name, [], Mode)));
        image.BuildIndexes();
        image.Edit(editor => Many(editor.Delete));
        image.AssertClean();
        image.Edit(editor => Many(name => editor.WriteFile(name, [], Mode)));
        image.AssertClean();
        Assert.True(IsIndexed(image));

        static void Many(Action<string> act)
        {
            for (int i = 0; i < 800; i++)
                act($"/d/name-{i:D20}");
        }
    }

    [Theory]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum")]
    public void An_index_of_two_levels_is_followed(string options)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options);
        string pad = new('n', 190);
        image.Edit(editor =>
        {
            for (int i = 0; i < 1200; i++)
                editor.WriteFile($"/d/{pad}{i:D6}", [], Mode);
        });
        image.BuildIndexes();
        Assert.Contains("Indirect levels: 1", image.Ask("htree_dump /d"));
        image.Edit(editor =>
        {
            for (int i = 0; i < 1200; i++)
            {
                if (i % 16 != 0)
                    editor.Delete($"/d/{pad}{i:D6}");
            }

            for (int i = 0; i < 60; i++)
                editor.WriteFile($"/d/{pad}again{i:D6}", [], Mode);
        });
        image.AssertClean();
        Assert.True(IsIndexed(image));
    }

    /// <summary>s_def_hash_version and s_flags: 0 legacy, 1 half-MD4, 2 TEA; 1 signed, 2 unsigned characters.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Every_hash_is_followed(int version, int flags)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage("-t ext4 -b 1024");
        image.Change($"set_super_value def_hash_version {version}\nset_super_value flags {flags}\n");
        image.Edit(editor => Many(0, name => editor.WriteFile(name, [], Mode)));
        image.BuildIndexes();
        Assert.True(IsIndexed(image));
        image.Edit(editor => Many(500, name => editor.WriteFile(name, [], Mode)));
        image.AssertClean();
        Assert.True(IsIndexed(image));

        static void Many(int from, Action<string> act)
        {
            for (int i = from; i < from + 500; i++)
                act($"/d/größe-äöü-{i * 7919}-ß");
        }
    }

    private static bool IsIndexed(ExtImage image)
    {
        bool indexed = false;
        image.Read((volume, _) =>
        {
            InodeNumber number = new PathWalker(volume).Find("/d", followLast: true)!.Value.Target!.Value;
            indexed = new Inode(volume.ReadInode(number)).Flags.HasFlag(InodeFlags.Indexed);
        });
        return indexed;
    }
}
