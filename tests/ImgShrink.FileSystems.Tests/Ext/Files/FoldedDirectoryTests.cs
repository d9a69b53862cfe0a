using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

/// <summary>
/// Features that change what names or content mean, and nothing that a shrink touches. Few kernels mount such volumes, so e2fsck
/// and debugfs judge.
/// </summary>
public sealed class FoldedDirectoryTests(ITestOutputHelper output) : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The index is over what the names are folded to, and stays as it is, also when every inode gets another number.</summary>
    [Fact]
    public void A_directory_with_folded_names_keeps_its_index()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage("-t ext4 -b 1024 -g 2048 -N 4096 -O casefold -E encoding=utf8", "32M");
        image.Edit(editor =>
        {
            for (int i = 0; i < 400; i++)
                editor.WriteFile($"/folded/Größe-{i:D4}-{new string('X', i % 50)}", [], Mode);
        });
        image.Change("set_inode_field /folded flags 0x40080000\n");
        image.BuildIndexes();
        image.AssertClean();
        string index = image.Ask("htree_dump /folded");
        Assert.Contains("Hash Version", index);

        ExpectShrinks(image, shrunk =>
        {
            Assert.Equal(400, Tool.Run("debugfs", "-R", "ls -p /folded", shrunk).Output.Split('\n').Count(line => line.Contains("Größe")));
            Assert.Equal(HashesOf(index), HashesOf(Tool.Run("debugfs", "-R", "htree_dump /folded", shrunk).Output));
        });
        image.Read((volume, _) => Assert.Equal("the directory /folded has the flag CaseFolded",
            ExtFileEditor.WhyNotCreate(volume, ["/other", "/folded/below/file"])));
    }

    /// <summary>The tree of hashes of a verity file lies behind its end.</summary>
    [Fact]
    public void What_lies_behind_the_end_of_a_verity_file_stays()
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage("-t ext4 -b 1024 -g 2048 -N 4096 -O verity", "32M");
        byte[] content = new byte[90_000];
        new Random(1).NextBytes(content);
        image.Edit(editor => editor.WriteFile("/sealed", content, Mode));
        image.Change("set_inode_field /sealed flags 0x180000\nset_inode_field /sealed size 20000\n");
        image.AssertClean();
        ExpectShrinks(image, shrunk =>
        {
            var moved = new EditedImage(File.ReadAllBytes(shrunk));
            uint number = moved.Find("/sealed");
            byte[] kept = [.. Enumerable.Range(0, 88).SelectMany(i => moved.Volume.ReadBlock(moved.BlockOf(number, i)))];
            Assert.Equal(content, kept[..content.Length]);
        });
    }

    private void ExpectShrinks(ExtImage image, Action<string> look)
    {
        string path = _folder["shrunk.img"];
        image.Read((volume, _) =>
        {
            Assert.Null(volume.Damage());
            var plan = volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
            File.WriteAllBytes(path, plan.View.Bytes.ReadBytes(0, (int)plan.View.Length));
        });
        ToolResult judged = Tool.Run("e2fsck", "-fn", path);
        Assert.True(judged.ExitCode == 0 && judged.Output.Split('\n').Count(line => line.Length > 0 && !line.StartsWith("Pass ") && !line.StartsWith("e2fsck ")) == 1, judged.Output);
        look(path);
    }

    private static string[] HashesOf(string dump) => [.. dump.Split('\n').Where(line => line.Contains("Hash 0x"))];
}
