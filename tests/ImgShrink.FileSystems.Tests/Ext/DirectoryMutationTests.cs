using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Tests.Ext.Files;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>Bytes of directories changed at random: the audit finds what e2fsck finds, and nothing else.</summary>
public sealed class DirectoryMutationTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Changes that are tried on an image; IMGSHRINK_ROUNDS asks for more.</summary>
    private static readonly int _rounds = int.TryParse(Environment.GetEnvironmentVariable("IMGSHRINK_ROUNDS"), out int rounds) ? rounds : 60;

    private static readonly byte[] _extremes = [0, 1, 2, 4, 8, 0x7F, 0x80, 0xFF];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ext4", 1)]
    [InlineData("pi", 2)]
    [InlineData("ext2", 3)]
    public void The_audit_and_e2fsck_agree(string name, int seed)
    {
        if (!Tool.SkipWithout(output.WriteLine, "e2fsck"))
            ExpectAgreement(EditedImage.Load(name), ["/", "/indexed", "/indexed", "/late", "/dir", "/dir/below"], levels: 1, seed);
    }

    /// <summary>A hash index of two levels, and every hash: 0 legacy, 1 half-MD4, 2 TEA; 1 signed, 2 unsigned characters.</summary>
    [Theory]
    [InlineData("-t ext4 -b 1024", 1, 1, 4)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,large_dir", 0, 1, 5)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,^filetype", 2, 2, 6)]
    public void The_audit_and_e2fsck_agree_on_a_large_index(string options, int version, int flags, int seed)
    {
        if (ExtImage.IsMissing(output))
            return;
        using var image = new ExtImage(options, "8M");
        image.Change($"set_super_value def_hash_version {version}\nset_super_value flags {flags}\n");
        string pad = new('ä', 95);
        image.Edit(editor =>
        {
            for (int i = 0; i < 700; i++)
                editor.WriteFile($"/d/{pad}{i:D6}", [], UnixFileMode.UserRead);
        });
        image.BuildIndexes();
        Assert.Contains("Indirect levels: 1", image.Ask("htree_dump /d"));
        ExpectAgreement(image.Bytes(), ["/d", "/d", "/"], levels: 2, seed);
    }

    private void ExpectAgreement(byte[] bytes, string[] paths, int levels, int seed)
    {
        output.WriteLine($"seed {seed}");
        string path = _folder["mutated.img"];
        int found = 0;
        var disagreements = new List<string>();
        for (int round = 0; round < _rounds; round++)
        {
            var chance = new Random(seed * 100_000 + round);
            var image = new EditedImage([.. bytes]);
            string change = Mutate(image, paths, levels, chance);
            File.WriteAllBytes(path, image.Volume.Store.ReadBytes(0, (int)image.Volume.Store.Length));
            ToolResult judged = Tool.Run("e2fsck", "-fn", path);
            string[] remarks = [.. judged.Output.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("Pass ") && !line.StartsWith("e2fsck "))];
            bool silent = judged.ExitCode == 0 && remarks.Length == 1;
            IReadOnlyList<string> findings = image.Findings();
            found += findings.Count > 0 ? 1 : 0;
            if (silent != (findings.Count == 0))
                disagreements.Add($"round {round}: {change}\n  e2fsck {judged.ExitCode}: {string.Join("\n    ", remarks.Take(4))}\n  audit: {string.Join("\n    ", findings.Take(4))}");
        }

        output.WriteLine($"{found} of {_rounds} had findings");
        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
        Assert.InRange(found, 1, _rounds - 1);
    }

    private static string Mutate(EditedImage image, string[] paths, int levels, Random chance)
    {
        string path = paths[chance.Next(paths.Length)];
        uint directory = path == "/" ? 2 : image.Find(path);
        int blocks = image.MapOf(directory).Extents.Sum(extent => extent.Length);
        int logical = chance.Next(2) == 0 ? 0 : chance.Next(blocks);
        // The beginning of a block is where its structure is. In the root of an index with more than one level e2fsck does
        // not look at the hashes, which the audit does.
        bool isTop = levels > 1 && logical == 0 && directory != 2;
        int at = isTop ? chance.Next(DirectoryBlock.RootCountOffset + 8) : chance.Next(3) == 0 ? chance.Next(1024) : chance.Next(80);
        byte value = chance.Next(2) == 0 ? _extremes[chance.Next(_extremes.Length)] : (byte)chance.Next(256);
        byte old = 0;
        image.DirectoryBlock(directory, logical, block =>
        {
            old = block[at];
            block[at] = value;
        });
        return $"{path}, block {logical}, byte 0x{at:X}: 0x{old:X2} -> 0x{value:X2}";
    }
}
