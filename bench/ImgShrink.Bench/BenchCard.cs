using ImgShrink.SampleCards.Cards;
using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Ext;
using ImgShrink.SampleCards.Ext.Tree;
using ImgShrink.SampleCards.Fat;

namespace ImgShrink.Bench;

/// <summary>What kind of files a card is filled with.</summary>
internal enum Filling
{
    /// <summary>Files of 2 KB to 8 MB: programs, text and what is compressed already.</summary>
    Mixed,

    /// <summary>Files of 300 bytes to 16 KB.</summary>
    SmallFiles,

    /// <summary>One file.</summary>
    OneFile,

    /// <summary>Mixed files among what every second small file left behind.</summary>
    Scattered,
}

/// <summary>A card to measure with: the same one on every machine.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Share">How much of the root's file system is in use, 0 to 0.9.</param>
/// <param name="Filling">With what.</param>
internal sealed record BenchCard(long Bytes, double Share, Filling Filling)
{
    private const long BootBytes = 32 << 20;
    private const long SystemBytes = 16_000_000;
    private const int FilesInDirectory = 500;
    private const ulong Seed = 20;

    /// <summary>What it is, for headings.</summary>
    public string Name => $"{Bytes / 1_000_000_000.0:0.##} GB, {Share:P0} in use" + Filling switch
    {
        Filling.SmallFiles => ", small files",
        Filling.OneFile => ", one file",
        Filling.Scattered => ", scattered",
        _ => "",
    };

    /// <summary>Where the root's file system starts, in bytes.</summary>
    public long RootStart => Partitions.Root.Start;

    /// <summary>What it takes to measure with it: the card, the bytes in use alone, two copies at work, and a result.</summary>
    public long BytesOfDisk => (long)(5 * Bytes * Share);

    private CardPartitions Partitions => CardPartitions.Of(Bytes / 512 * 512, BootBytes);

    /// <summary>Makes the card, a sparse file.</summary>
    public void Make(string path)
    {
        var format = new ExtFormat { BytesPerInode = Filling is Filling.SmallFiles or Filling.Scattered ? 8192 : null };
        using var card = new SparseFileStore(path, Bytes / 512 * 512);
        MbrCard.Write(card, Partitions);
        var boot = new StoreWindow(card, Partitions.Boot);
        FatFormatter.Format(boot, new FatFormat { Time = format.Time });
        BootFiles.Write(boot, BootBytes / 4, Seed, format.Time);
        var grower = new TreeGrower(Seed, format.Time);
        long budget = (long)(Partitions.Root.Length * Share * 0.97) - SystemBytes;
        if (budget > 0)
            Fill(grower, budget);
        TreeNode root = PiTree.Grow(SystemBytes, Seed, format.Time);
        root.Children.Add(("data", grower.Root));
        ExtFormatter.Format(new StoreWindow(card, Partitions.Root), format, root, Seed);
    }

    private void Fill(TreeGrower grower, long budget)
    {
        switch (Filling)
        {
            case Filling.OneFile:
                Add(grower, 0, budget);
                break;
            case Filling.SmallFiles:
                AddMany(grower, budget, 300, 16_000);
                break;
            case Filling.Scattered:
                grower.Family(budget / 10, number => $"/small/{number / FilesInDirectory}/{number}", 300, 4_096, Content);
                AddMany(grower, budget / 10 * 9, 2_000, 8_000_000);
                break;
            default:
                AddMany(grower, budget, 2_000, 8_000_000);
                break;
        }
    }

    private static void AddMany(TreeGrower grower, long budget, long least, long most)
    {
        for (int number = 0; budget > 0; number++)
        {
            long size = Math.Min(grower.Random.Size(least, most), budget);
            Add(grower, number, size);
            budget -= (size + 4095) / 4096 * 4096;
        }
    }

    private static void Add(TreeGrower grower, int number, long size) =>
        grower.File($"/{number / FilesInDirectory}/file-{number:D6}", Content(grower.Random.Next(), size));

    private static FileContent Content(ulong seed, long size) => (seed % 10) switch
    {
        < 5 => new ProgramContent(seed, size),
        < 8 => new TextContent(seed, size),
        _ => new NoiseContent(seed, size),
    };
}
