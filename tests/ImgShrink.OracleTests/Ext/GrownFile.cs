using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Grow;

namespace ImgShrink.OracleTests.Ext;

/// <summary>A grown volume written to a file, over what a card holds already.</summary>
/// <param name="Source">What it has to hold, and how it is called.</param>
/// <param name="Path">The file.</param>
/// <param name="Plan">How it was grown.</param>
/// <param name="BytesWritten">What was written of it.</param>
internal sealed record GrownFile(AgedVolume Source, string Path, GrowthPlan Plan, long BytesWritten)
{
    private const int DirtyBytes = 256 << 20;

    /// <summary>Grows what is at <paramref name="sourcePath"/>, which should hold the same as <paramref name="source"/>.</summary>
    /// <returns>Null where it cannot get any larger.</returns>
    public static GrownFile? Make(AgedVolume source, string sourcePath, long bytes, string path)
    {
        using var file = new RawImageFile(sourcePath);
        ExtVolume volume = ExtVolume.Open(file);
        Assert.Null(volume.Obstacle);
        if (volume.PlanGrowth(bytes, CancellationToken.None) is not { } plan)
            return null;
        Assert.Equal(plan.Bytes, plan.View.Length);
        return new GrownFile(source, path, plan, WriteOver(plan.View, path));
    }

    /// <summary>e2fsck has nothing to say, and everything in the volume is what it was.</summary>
    public void ExpectSound() => Source.ExpectSoundIn(Path);

    /// <summary>The kernel fills it to the last block, which harms nothing that was there, and takes that away again.</summary>
    public void ExpectUsable()
    {
        LoopMount.Fill(Path);
        E2fsck.ExpectSilence(Path, 0);
        // But for the first line: the root folder has been changed.
        TreeManifest.ExpectSame(Source.Manifest[1..], LoopMount.Manifest(Path)[1..]);
    }

    /// <summary>Writes what is claimed, as to a card, of which the first part is not empty.</summary>
    private static long WriteOver(TargetView view, string path)
    {
        using FileStream file = File.Create(path);
        var buffer = new byte[1 << 20];
        Array.Fill(buffer, (byte)0xA5);
        for (long at = 0; at < Math.Min(view.Length, DirtyBytes); at += buffer.Length)
            file.Write(buffer);
        file.SetLength(view.Length);
        ShrunkFile.Write(view.Bytes, view.Claimed, file);
        return view.Claimed.TotalBytes;
    }
}
