using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>A name that a directory does not have yet, with the place for its entries.</summary>
internal sealed class FatNewName
{
    private const int LongestName = 255;
    private const int MostSlots = 65536;

    private readonly FatDisk _disk;
    private readonly uint _directory;
    private readonly string _name;
    private readonly byte[] _shortName;
    private readonly int _slots;

    /// <summary>Finds a short name that is not taken, and whether the directory has room.</summary>
    /// <exception cref="ArgumentException">FAT cannot have such a name.</exception>
    /// <exception cref="NotEnoughSpaceException">The directory is full and cannot grow.</exception>
    public FatNewName(FatDisk disk, uint directory, string name)
    {
        ThrowIfIllegal(name);
        (_disk, _directory, _name) = (disk, directory, name);
        var taken = FatDirectory.Read(disk, directory).Select(item => Convert.ToHexString(item.ShortBytes)).ToHashSet();
        _shortName = FatShortName.For(name, candidate => taken.Contains(Convert.ToHexString(candidate)),
            out bool isExact);
        _slots = 1 + (isExact ? 0 : (name.Length + LongNameEntry.Units - 1) / LongNameEntry.Units);
        ClustersToAdd = FindFreeSlots() is null ? ClustersForSlots() : 0;
    }

    /// <summary>Clusters by which the directory has to grow first.</summary>
    public int ClustersToAdd { get; }

    /// <summary>Writes the entries: the parts of the long name, last part first, and the short entry.</summary>
    public void Put(FatAllocator allocator, FatAttributes attributes, uint firstCluster, uint length, FatTime time)
    {
        if (ClustersToAdd > 0)
            allocator.Lengthen(_directory == 0 ? _disk.Geometry.RootCluster : _directory, ClustersToAdd);
        var (places, behind) = FindFreeSlots()!.Value;
        var slot = new byte[FatDirEntry.Size];
        byte checksum = FatShortName.Checksum(_shortName);
        for (int i = 0; i < _slots - 1; i++)
        {
            new LongNameEntry(slot).Put(_name, _slots - 1 - i, checksum);
            allocator.Store.Write(places[i], slot);
        }

        Array.Clear(slot);
        var entry = new FatDirEntry(slot) { Attributes = attributes, Length = length };
        _shortName.CopyTo(entry.Name);
        entry.SetFirstCluster(firstCluster, _disk.Geometry.Kind);
        entry.SetCreated(time);
        entry.SetWritten(time);
        allocator.Store.Write(places[^1], slot);

        // The end mark was overwritten, and what is behind it may be old entries.
        if (behind is long at)
            allocator.Store.Write(at, [0]);
    }

    /// <summary>
    /// The first long enough run of free slots, and the slot behind it if that has to become the end mark.
    /// </summary>
    private (List<long> Places, long? NewEnd)? FindFreeSlots()
    {
        var run = new List<long>(_slots);
        bool ended = false;
        foreach (ByteRange bytes in _disk.DirectoryRuns(_directory))
        {
            byte[] content = _disk.Bytes.ReadBytes(bytes.Start, (int)bytes.Length);
            for (int at = 0; at < content.Length; at += FatDirEntry.Size)
            {
                if (run.Count == _slots)
                    return (run, ended ? bytes.Start + at : null);
                var entry = new FatDirEntry(content.AsSpan(at, FatDirEntry.Size));
                ended |= entry.IsEnd;
                if (ended || entry.IsDeleted)
                    run.Add(bytes.Start + at);
                else
                    run.Clear();
            }
        }

        return run.Count == _slots ? (run, null) : null;
    }

    private int ClustersForSlots()
    {
        long slots = _disk.DirectoryRuns(_directory).Sum(run => run.Length) / FatDirEntry.Size;
        bool isFixed = _directory == 0 && _disk.Geometry.Kind != FatKind.Fat32;
        int clusters = (_slots * FatDirEntry.Size + _disk.Geometry.ClusterBytes - 1) / _disk.Geometry.ClusterBytes;
        if (isFixed || slots + clusters * (_disk.Geometry.ClusterBytes / FatDirEntry.Size) > MostSlots)
            throw new NotEnoughSpaceException(
                $"The directory for \"{_name}\" on the FAT volume has {slots} entries and cannot have more. "
                + "Delete a file from it first.");
        return clusters;
    }

    private static void ThrowIfIllegal(string name)
    {
        if (name.Length > LongestName || name is "." or ".." || name[^1] is ' ' or '.'
            || name.Any(unit => unit < ' ' || "\"*/:<>?\\|\x7F".Contains(unit, StringComparison.Ordinal)))
            throw new ArgumentException($"\"{name}\" cannot be a name on a FAT volume.", nameof(name));
    }
}
