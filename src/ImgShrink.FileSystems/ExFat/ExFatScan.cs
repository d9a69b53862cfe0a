using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.ExFat;

/// <summary>Which clusters are in use, and whether that can be believed.</summary>
/// <remarks>
/// The bitmap is trusted only where every cluster of every file, directory and table is in use by it, and none belongs to
/// two of them. What is in use and belongs to nobody counts as data. The work is bounded by the number of clusters.
/// </remarks>
internal sealed class ExFatScan
{
    private const int BitmapPiece = 65536;

    private readonly ExFatDisk _disk;
    private readonly RangeSet _used = new();
    private readonly Claims _claims;
    private readonly Stack<ExFatAllocation> _directories = new();
    private bool _hasBitmap;

    private ExFatScan(ExFatDisk disk)
    {
        _disk = disk;
        _claims = new Claims(
            "exFAT volume", (long)disk.Geometry.ClusterCount * disk.Geometry.ClusterBytes, ExFatGeometry.Advice);
    }

    private ExFatGeometry Geometry => _disk.Geometry;

    /// <summary>The bytes of clusters in use.</summary>
    /// <exception cref="CorruptImageException">The bitmap contradicts the files.</exception>
    public static RangeSet UsedClusters(ExFatDisk disk)
    {
        var scan = new ExFatScan(disk);
        scan.Claim(disk.Root);
        scan._directories.Push(disk.Root);
        while (scan._directories.TryPop(out ExFatAllocation directory))
            scan.Walk(directory);
        if (!scan._hasBitmap)
            throw Damaged("the allocation bitmap", "missing", "in the root directory");
        scan._claims.RequireIn(scan._used, "the allocation bitmap");
        return scan._used;
    }

    private void Walk(ExFatAllocation directory)
    {
        bool isDirectory = false;
        var set = new ExFatEntrySet();
        foreach (byte[] bytes in _disk.Entries(directory))
        {
            if (!set.Accepts(bytes))
                throw Broken(directory);
            var entry = new ExFatEntry(bytes);
            switch (entry.Type)
            {
                case ExFatEntry.Bitmap:
                    ReadBitmap(entry);
                    break;
                case ExFatEntry.UpcaseTable:
                    Claim(new ExFatAllocation(entry.FirstCluster, entry.DataLength, IsContiguous: false));
                    break;
                case ExFatEntry.Label:
                    break;
                case ExFatEntry.File:
                    isDirectory = entry.IsDirectory;
                    break;
                default:
                    ClaimContent(entry, isDirectory && entry.Type == ExFatEntry.Stream);
                    break;
            }
        }

        if (!set.IsComplete)
            throw Broken(directory);
    }

    private void ClaimContent(ExFatEntry entry, bool isDirectory)
    {
        if (!entry.IsSecondary && !entry.IsBenign)
            throw Damaged($"an entry of the type 0x{entry.Type:X2}", "there", "a type of version 1");
        if ((entry.Flags & 1) == 0 || entry.FirstCluster == 0)
            return;
        var content = new ExFatAllocation(entry.FirstCluster, entry.DataLength, (entry.Flags & 2) != 0);
        Claim(content);
        if (isDirectory)
            _directories.Push(content);
    }

    private void ReadBitmap(ExFatEntry entry)
    {
        var bitmap = new ExFatAllocation(entry.FirstCluster, entry.DataLength, IsContiguous: false);
        Claim(bitmap);
        if (_hasBitmap || entry.IsSecondBitmap)
            throw Damaged("an allocation bitmap", "a second one", "one only");
        if (entry.DataLength < (Geometry.ClusterCount + 7UL) / 8)
            throw Damaged("the allocation bitmap", $"{entry.DataLength} bytes long", "a bit for every cluster");
        _hasBitmap = true;
        uint cluster = 2, end = Geometry.ClusterCount + 2;
        foreach (ClusterRun run in _disk.Runs(bitmap))
        {
            ByteRange range = Geometry.BytesOf(run);
            for (long at = range.Start; at < range.End && cluster < end; at += BitmapPiece)
            {
                byte[] bits = _disk.Bytes.ReadBytes(at, (int)Math.Min(BitmapPiece, range.End - at));
                int count = (int)Math.Min(bits.Length * 8L, end - cluster);
                foreach (var (first, length) in BitRuns.Of(bits, count))
                    _used.Add(Geometry.BytesOf(new ClusterRun(cluster + (uint)first, (uint)length)));
                cluster += (uint)count;
            }
        }
    }

    private void Claim(ExFatAllocation content)
    {
        foreach (ClusterRun run in _disk.Runs(content))
            _claims.Add(Geometry.BytesOf(run));
    }

    private static CorruptImageException Broken(ExFatAllocation directory) =>
        Damaged($"the directory in cluster {directory.First}", "with an entry that does not belong to its set",
            "whole sets with their SetChecksum");

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("exFAT volume", place, found, expected), ExFatGeometry.Advice);
}
