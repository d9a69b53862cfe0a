using System.Security.Cryptography;
using ImgShrink.Testing;

namespace ImgShrink.OracleTests.Ext;

/// <summary>A volume that has been in use: made by mke2fs, filled and thinned out through the kernel.</summary>
internal sealed class AgedVolume
{
    /// <summary>The seed of all ageing; set IMGSHRINK_SEED to try another one.</summary>
    public static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("IMGSHRINK_SEED"), out int seed) ? seed : 7;

    private const string Label = "aged volume";
    private const string Uuid = "6d1a5cd2-3c63-4f0a-9e2b-5f6d0a9c1e77";

    public AgedVolume(string path)
    {
        Path = path;
        // The kernel leaves extent trees that e2fsck would like to be narrower; it says so until it has made them so.
        Shell.Run("e2fsck", "-fy", path);
        Assert.True(E2fsck.IsSilent(path, 0, out string said), $"The volume made for the test is not clean:\n{said}");
        Manifest = LoopMount.Manifest(path);
        Sha256 = HashOf(path);
    }

    public string Path { get; }

    /// <summary>What the volume holds, as the kernel sees it.</summary>
    public string[] Manifest { get; }

    /// <summary>The hash of the file, to see that nothing has changed it.</summary>
    public string Sha256 { get; }

    /// <summary>e2fsck has nothing to say about a volume that was made of this one, and all of this is in it.</summary>
    public void ExpectSoundIn(string path)
    {
        E2fsck.ExpectSilence(path, 0);
        TreeManifest.ExpectSame(Manifest, LoopMount.Manifest(path));
        Assert.Equal(ShrunkFile.Identity(Path), ShrunkFile.Identity(path));
    }

    public static AgedVolume Make(TempFolder folder, Flavour flavour)
    {
        string path = Format(folder, flavour.Name, (long)flavour.MiB << 20, flavour.Options);
        LoopMount.Age(path, Seed, flavour.Payload, flavour.LargeDirectory);
        if (flavour.Tune is { } tune)
            Shell.Need("tune2fs", [.. tune.Split(' '), path]);
        return new AgedVolume(path);
    }

    /// <summary>An empty volume.</summary>
    public static string Format(TempFolder folder, string name, long bytes, string options)
    {
        string path = folder.MakeFile($"{name}.img", bytes);
        Shell.Need("mke2fs", [.. "-q -F -L".Split(' '), Label, "-U", Uuid, .. options.Split(' '), path]);
        return path;
    }

    public static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
