using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Files;

public class DamagedFilesTests(ITestOutputHelper output)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead;

    /// <summary>Without checksums damage reaches the code; with them it must stop before.</summary>
    [Theory]
    [InlineData("-t ext4 -b 1024 -N 256 -O ^metadata_csum", 1500)]
    [InlineData("-t ext3 -b 1024 -N 256", 1000)]
    [InlineData("-t ext4 -b 1024 -N 256", 500)]
    public void Damage_gives_a_typed_error_or_none(string options, int rounds)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options, "2M");
        image.Edit(editor =>
        {
            for (int i = 0; i < 150; i++)
                editor.WriteFile($"/d/file-with-a-name-{i}", [1, 2, 3], Mode);
            for (int i = 0; i < 20; i++)
                editor.WriteFile($"/e/scattered-{i}", new MemoryStore(new byte[30_000]), new NewObject { Mode = Mode }, RangeSet.Of(new ByteRange(i * 1024, 9000)));
            editor.CreateSymlink("/slow", new string('t', 100));
        });
        image.BuildIndexes();
        byte[] whole = image.Bytes();
        // Everything up to the last block in use is metadata or directories, with little between.
        int[] used = [.. Enumerable.Range(1024, whole.Length - 1024).Where(at => whole[at] != 0)];
        var random = new Random(20240506);
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[used[random.Next(used.Length)]] = (byte)random.Next(256);
            try
            {
                ReadAndEdit(ExtVolume.Open(new MemoryStore(damaged)));
            }
            catch (ImgShrinkException)
            {
                // What is wanted: a sentence for the user.
            }
            catch (Exception other)
            {
                Assert.Fail($"round {round}: {other}");
            }
        }
    }

    private static void ReadAndEdit(ExtVolume volume)
    {
        using ExtFileEditor editor = ExtFileEditor.Open(volume, ExtImage.Time);
        foreach (string directory in new[] { "/", "/d", "/e" })
        {
            foreach (string name in editor.List(directory))
            {
                editor.TryReadFile($"{directory}/{name}");
                editor.TryReadLink($"{directory}/{name}");
            }
        }

        editor.WriteFile("/d/new", new byte[20_000], Mode);
        editor.WriteFile("/e/scattered-3", new byte[5000], Mode);
        editor.Delete("/e/scattered-4");
        for (int i = 0; i < 40; i++)
            editor.CreateSymlink($"/d/{i}-some-longer-name-to-split-blocks", "x");
        editor.Delete("/d/file-with-a-name-7");
        editor.CreateDirectory("/x/y");
    }
}
