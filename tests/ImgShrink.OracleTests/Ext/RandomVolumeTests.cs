using System.Globalization;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Random volumes with random files, shrunk by us and by resize2fs, judged by e2fsck and by the kernel.</summary>
/// <remarks><c>IMGSHRINK_RANDOM_VOLUMES</c> says how many; <c>IMGSHRINK_SEED</c> is the number of the first one.</remarks>
public sealed class RandomVolumeTests(ITestOutputHelper output)
{
    private const int UsualVolumes = 24;

    // Groups below a certain size do not exist, nor last groups without room for what belongs at their start.
    private const int MostAboveBound = 64;

    private static readonly int s_volumes = int.TryParse(
        Environment.GetEnvironmentVariable("IMGSHRINK_RANDOM_VOLUMES"), CultureInfo.InvariantCulture, out int count) ? count : UsualVolumes;

    [ExtFact]
    public void Random_volumes_shrink_below_what_resize2fs_makes_of_them()
    {
        var figures = new Figures();
        for (int seed = AgedVolume.Seed; figures.Volumes < s_volumes; seed++)
        {
            Flavour flavour = RandomFlavour.Of(seed);
            try
            {
                Try(flavour, seed, figures);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"IMGSHRINK_RANDOM_VOLUMES=1 IMGSHRINK_SEED={seed}: {flavour.Options}", failure);
            }
        }

        output.WriteLine(figures.Finish());
    }

    private static void Try(Flavour flavour, int seed, Figures figures)
    {
        using var folder = new TempFolder();
        string path = folder.MakeFile("random.img", (long)flavour.MiB << 20);
        if (Shell.Run("mke2fs", ["-q", "-F", .. flavour.Options.Split(' '), path]).ExitCode != 0)
            return; // There is no such volume.

        if (!TryAge(path, flavour, seed))
            return;
        var source = new AgedVolume(path);
        ShrunkFile shrunk = ShrunkFile.Make(source, ShrinkRoom.None, folder["shrunk"]);
        shrunk.ExpectSound();
        var (bound, _) = ShrunkFile.BoundOf(source, ShrinkRoom.None);
        Assert.InRange(shrunk.Plan.BlockCount, bound, bound + bound / 100 + MostAboveBound);
        Assert.Equal(source.Sha256, AgedVolume.HashOf(path));
        long before = new FileInfo(path).Length, ours = new FileInfo(shrunk.Path).Length;
        long? theirs = ResizedLength(path);
        Assert.InRange(ours, 1, theirs ?? long.MaxValue);
        figures.Add(before, ours, theirs);
    }

    /// <summary>Fills it; some strange volumes are full to the kernel when they are not.</summary>
    private static bool TryAge(string path, Flavour flavour, int seed)
    {
        var chance = new Random(seed);
        try
        {
            LoopMount.Age(path, seed, flavour.Payload * chance.Next(1, 4) / 4, names: chance.Next(50, 900), share: chance.Next(1, 10) / 10.0);
            return true;
        }
        catch (Exception full) when (full.Message.Contains("No space left on device", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>What resize2fs makes of a volume, which it may do with the file itself: nobody needs it any more.</summary>
    private static long? ResizedLength(string path)
    {
        if (Shell.Run("resize2fs", "-f", "-M", path).ExitCode != 0)
            return null;
        using var file = new RawImageFile(path);
        return ExtVolume.Open(file).Geometry.Bytes;
    }

    /// <summary>Counts for docs/RELIABILITY.md.</summary>
    private sealed class Figures
    {
        private long _before, _ours, _theirs, _oursBeside;
        private int _compared;

        public int Volumes { get; private set; }

        public void Add(long before, long ours, long? theirs)
        {
            Volumes++;
            (_before, _ours) = (_before + before, _ours + ours);
            if (theirs is not { } resized)
                return;
            _compared++;
            (_theirs, _oursBeside) = (_theirs + resized, _oursBeside + ours);
        }

        public string Finish() => ReliabilityTable.RandomVolumes.Add(
            Volumes, $"{_before >> 20} MiB", $"{_ours >> 20} MiB", _compared, $"{_oursBeside >> 20} MiB", $"{_theirs >> 20} MiB");
    }
}
