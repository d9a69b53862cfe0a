using System.Reflection;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;

namespace ImgShrink.OracleTests.Ext;

/// <summary>A volume as a power cut leaves it: its image was copied while the kernel had it mounted.</summary>
internal sealed record DirtyVolume(string Path)
{
    private static readonly string _script = System.IO.Path.Combine(
        typeof(DirtyVolume).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryFolder").Value!,
        "tests", "ImgShrink.OracleTests", "Ext", "dirty.py");

    /// <summary>Makes one; for the steps see dirty.py.</summary>
    public static DirtyVolume Make(TempFolder folder, string options, long bytes, string mountOptions, string steps)
    {
        string path = AgedVolume.Format(folder, "mounted", bytes, options);
        string copy = folder["dirty"];
        LoopMount.Run(path, $"loop,{mountOptions}", ["python3", _script, path, copy, $"{AgedVolume.Seed}", .. steps.Split(' ')]);
        File.Delete(path);
        return new DirtyVolume(copy);
    }

    /// <summary>A copy that the kernel has mounted and unmounted.</summary>
    public AgedVolume Mounted(string path)
    {
        Shell.Need("cp", "--sparse=always", Path, path);
        LoopMount.Change(path, "true");
        return new AgedVolume(path);
    }

    /// <summary>A copy that e2fsck has repaired, with nobody asked.</summary>
    public AgedVolume Repaired(string path)
    {
        Shell.Need("cp", "--sparse=always", Path, path);
        var (code, said) = Shell.Run("e2fsck", "-fy", path);
        Assert.True(code is 0 or 1, $"e2fsck ended with {code}:\n{said}");
        return new AgedVolume(path);
    }

    /// <summary>Shrinks it, and expects what e2fsck makes of it; the file stays as it is.</summary>
    public ShrunkFile ExpectShrinks(TempFolder folder) => ExpectShrinks(folder, Repaired(folder["repaired"]));

    /// <summary>Shrinks it, and expects what others make of it; the file stays as it is.</summary>
    public ShrunkFile ExpectShrinks(TempFolder folder, AgedVolume repaired)
    {
        string hash = AgedVolume.HashOf(Path);
        ShrunkFile shrunk = ShrunkFile.Make(repaired, Path, ShrinkRoom.None, folder["shrunk"]);
        shrunk.ExpectSound();
        Assert.Equal(hash, AgedVolume.HashOf(Path));
        return shrunk;
    }

    /// <summary>After the replay every byte is what e2fsck's own replay leaves, but for what only e2fsck counts anew.</summary>
    public void ExpectReplayOfE2fsck(TempFolder folder)
    {
        string replayed = folder["replayed"];
        Shell.Need("cp", "--sparse=always", Path, replayed);
        var (code, said) = Shell.Run("e2fsck", "-E", "journal_only", "-fy", replayed);
        Assert.True(code is 0 or 1, $"e2fsck ended with {code}:\n{said}");
        using var stored = new RawImageFile(Path);
        using var expected = new RawImageFile(replayed);
        ExtVolume volume = ExtVolume.Open(stored);
        var ours = new byte[volume.Geometry.BlockSize];
        var theirs = new byte[volume.Geometry.BlockSize];
        for (long block = 0; block < volume.Geometry.BlockCount; block++)
        {
            volume.Store.Read(block * ours.Length, ours);
            expected.Read(block * ours.Length, theirs);
            if (ours.AsSpan().SequenceEqual(theirs))
                continue;
            int[] different = [.. Enumerable.Range(0, ours.Length).Where(i => ours[i] != theirs[i] && !IsCountedAnew(volume.Geometry, block * ours.Length + i))];
            Assert.True(different.Length == 0, $"Block {block} differs in {different.Length} bytes, the first at {different.FirstOrDefault()}.");
        }
    }

    /// <summary>What e2fsck sets by itself: times, mounts, checksums over them, and how much of the inode tables was never used.</summary>
    private static bool IsCountedAnew(ExtGeometry geometry, long at)
    {
        long inSuperblock = at - 1024, inTable = at - (geometry.FirstDataBlock + 1L) * geometry.BlockSize;
        if (inSuperblock is >= 0 and < 1024)
            return inSuperblock is >= 0x30 and < 0x36 or >= 0x40 and < 0x44 or >= 0x178 and < 0x180 or 0x274 or 0x277 or >= 0x3FC;
        return inTable >= 0 && inTable < geometry.GroupCount * (long)geometry.DescriptorSize
            && inTable % geometry.DescriptorSize is 0x12 or 0x13 or >= 0x1C and < 0x20 or 0x32 or 0x33;
    }
}
