using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Recovery;
using ImgShrink.FileSystems.Ext.Shrink;

namespace ImgShrink.OracleTests.Ext;

/// <summary>A shrunk volume written to a file of its own.</summary>
/// <param name="Source">What it has to hold, and how it is called.</param>
/// <param name="Path">The file.</param>
/// <param name="Plan">How it was shrunk.</param>
/// <param name="Recovery">What had to be done first.</param>
internal sealed record ShrunkFile(AgedVolume Source, string Path, ShrinkPlan Plan, RecoveryRecord? Recovery)
{
    public static ShrunkFile Make(AgedVolume source, ShrinkRoom room, string path, Action<ExtVolume>? prepare = null) =>
        Make(source, source.Path, room, path, prepare);

    /// <summary>Shrinks what is at <paramref name="sourcePath"/>, which should hold the same as <paramref name="source"/>.</summary>
    public static ShrunkFile Make(
        AgedVolume source, string sourcePath, ShrinkRoom room, string path, Action<ExtVolume>? prepare = null)
    {
        using var file = new RawImageFile(sourcePath);
        ExtVolume volume = ExtVolume.Open(file);
        Assert.Null(volume.Obstacle);
        prepare?.Invoke(volume);
        ShrinkPlan plan = volume.PlanShrink(room, CancellationToken.None);
        WriteSparsely(plan.View, path);
        ExpectZerosOutsideOfData(plan.View, path);
        return new ShrunkFile(source, path, plan, volume.Recovery);
    }

    /// <summary>The blocks of the smallest volume that the room allows, and the blocks inodes own, by the source's own audit.</summary>
    public static (long Bound, long Owned) BoundOf(AgedVolume source, ShrinkRoom room)
    {
        using var file = new RawImageFile(source.Path);
        ExtVolume volume = ExtVolume.Open(file);
        VolumeUse use = Audit.Run(volume).Use;
        return (room.BlocksFor(volume.Geometry, use.Owned.Count, use.FewestInodes(volume.Superblock)), use.Owned.Count);
    }

    /// <summary>Everything in the volume is what it was, and e2fsck has nothing to say.</summary>
    public void ExpectSound()
    {
        Source.ExpectSoundIn(Path);
        Assert.Equal(Plan.BlockCount * Plan.BlockSize, new FileInfo(Path).Length);
    }

    /// <summary>Writes nothing but the data of a view; all else is a hole.</summary>
    public static void WriteSparsely(TargetView view, string path)
    {
        using FileStream file = File.Create(path);
        file.SetLength(view.Length);
        Write(view.Bytes, view.Data, file);
    }

    /// <summary>Writes parts of a view to their places in a file.</summary>
    public static void Write(IBlockSource bytes, RangeSet parts, FileStream file)
    {
        var buffer = new byte[1 << 20];
        foreach (ByteRange range in parts.Ranges())
        {
            for (long at = range.Start; at < range.End;)
            {
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, range.End - at));
                bytes.Read(at, piece);
                file.Position = at;
                file.Write(piece);
                at += piece.Length;
            }
        }
    }

    /// <summary>The view read from end to end must be the file, in which everything but the data ranges is a hole.</summary>
    private static void ExpectZerosOutsideOfData(TargetView view, string path)
    {
        using var file = new RawImageFile(path);
        var seen = new byte[1 << 18];
        var written = new byte[1 << 18];
        for (long at = 0; at < view.Length; at += seen.Length)
        {
            int count = (int)Math.Min(seen.Length, view.Length - at);
            view.Bytes.Read(at, seen.AsSpan(0, count));
            file.Read(at, written.AsSpan(0, count));
            int same = seen.AsSpan(0, count).CommonPrefixLength(written.AsSpan(0, count));
            Assert.True(same == count, $"Byte {at + same} of the view is not zero and not in its data ranges.");
        }
    }

    /// <summary>Its kind, its id and its label.</summary>
    public static string Identity(string path)
    {
        using var file = new RawImageFile(path);
        ExtVolume volume = ExtVolume.Open(file);
        return $"{volume.FileSystem} {volume.Uuid} {volume.Label}";
    }
}
