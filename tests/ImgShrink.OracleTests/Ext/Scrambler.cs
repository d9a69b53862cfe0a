using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Resize;

namespace ImgShrink.OracleTests.Ext;

/// <summary>
/// Moves all that a volume holds to random high places: tables, files in pieces, special blocks, inode numbers. No tool leaves a
/// volume like that, and every rule of a shrink has to be followed to get it down again.
/// </summary>
internal sealed class Scrambler
{
    private const double LowShare = 0.4;

    private readonly ExtVolume _volume;
    private readonly VolumeUse _use;
    private readonly ExtGeometry _target;
    private readonly Random _chance;
    private readonly TablePlacement _tables;
    private readonly long _low;

    private Scrambler(ExtVolume volume, VolumeUse use, ExtGeometry target, int seed)
    {
        (_volume, _use, _target, _chance) = (volume, use, target, new Random(seed));
        _tables = new TablePlacement(volume, target, use.Owned);
        _low = (long)(target.BlockCount * LowShare);
    }

    /// <summary>Scrambles a volume that is sound.</summary>
    /// <param name="path">The volume, which is replaced.</param>
    /// <param name="seed">What the places follow from.</param>
    /// <param name="firstMetaBg">From which descriptor block on they shall lie in their groups (meta_bg); null: as they do.</param>
    public static void Run(string path, int seed, int? firstMetaBg = null)
    {
        string scrambled = path + ".scrambled";
        using (var file = new RawImageFile(path))
        {
            ExtVolume volume = ExtVolume.Open(file);
            AuditReport report = Audit.Run(volume);
            Assert.True(report.IsClean, report.IsClean ? "" : report.Findings[0].ToString());
            ExtGeometry target = firstMetaBg is null ? volume.Geometry : volume.Geometry with { FirstMetaBg = firstMetaBg };
            var scrambler = new Scrambler(volume, report.Use, target, seed);
            scrambler.Write(scrambled);
        }

        File.Move(scrambled, path, overwrite: true);
    }

    private void Write(string path)
    {
        PlaceTables();
        Dictionary<uint, uint> renumbered = Renumber();
        ResizeLayout layout = Layout(new InodeMap(renumbered));
        Assert.Equal(0, layout.Shortage);
        TargetView view = ResizedVolume.Build(_volume, _use, layout, CancellationToken.None);
        ShrunkFile.WriteSparsely(view, path);

        // A number that was given up must not look as if it were in use.
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        foreach (uint number in renumbered.Keys)
        {
            var (group, slot) = _target.SlotOf(new InodeNumber(number));
            file.Position = _tables.Tables[group].InodeTable * _target.BlockSize + (long)slot * _target.InodeSize;
            file.Write(new byte[_target.InodeSize]);
        }

        if (_target.FirstMetaBg is not null)
            NameFeature(file);
    }

    private void NameFeature(FileStream file)
    {
        var bytes = new byte[Superblock.Size];
        foreach (int group in _target.SuperblockGroups())
        {
            long at = group == 0 ? Superblock.Offset : _target.GroupStart(group) * _target.BlockSize;
            file.Position = at;
            file.ReadExactly(bytes);
            var superblock = new Superblock(bytes);
            superblock.Incompat |= IncompatFeatures.MetaBg;
            if (_volume.Checksums.Metadata)
                superblock.Checksum = superblock.ComputeChecksum();
            file.Position = at;
            file.Write(bytes);
        }
    }

    private void PlaceTables()
    {
        foreach (GroupPart part in GroupTables.Parts.Reverse())
        {
            for (int group = _target.GroupCount - 1; group >= 0; group--)
                _tables.Set(group, part, HighPlace(group, _tables.LengthOf(part)));
        }
    }

    /// <summary>A free place for a table: in the high part of the volume, or of the group where it must be in that.</summary>
    private long HighPlace(int group, int count)
    {
        long first = _target.FlexBg ? _low : _target.GroupStart(group);
        long end = _target.FlexBg ? _target.BlockCount : _target.GroupEnd(group);
        (long Start, long Count)[] free = [.. Free(first, end).Where(run => run.Count >= count)];
        Assert.True(free.Length > 0, $"There is no room for {count} blocks of group {group}.");
        var (start, length) = free[_chance.Next(free.Length / 2, free.Length)];
        return start + _chance.NextInt64(length - count + 1);
    }

    private IEnumerable<(long Start, long Count)> Free(long first, long end) =>
        _tables.Reserved.Gaps(first, end).SelectMany(gap => _use.Owned.Gaps(gap.Start, gap.Start + gap.Count));

    private ResizeLayout Layout(InodeMap inodes)
    {
        var unwanted = new BlockSet(_target.BlockCount);
        unwanted.Add(0, _low);
        foreach (var (start, count) in _tables.Reserved.Runs(_low, _target.BlockCount))
            unwanted.Add(start, count);
        MoveSet moves = MoveSet.Collect(_volume, unwanted, CancellationToken.None);
        List<(long Start, long Count)> free = [.. Free(_low, _target.BlockCount)];
        var placed = new List<Relocation>();
        foreach (Piece piece in moves.Pieces)
            Place(piece, free, placed);
        var layout = new ResizeLayout(_target, _tables, inodes,
            new RelocationMap(placed.Concat(_tables.MovedTables(_volume))), moves.Owners);
        layout.GrowTrees(_volume, new FreeRuns(free));
        return layout;
    }

    /// <summary>Cuts a piece up now and then, and puts every part at the end of some free run.</summary>
    private void Place(Piece piece, List<(long Start, long Count)> free, List<Relocation> placed)
    {
        for (long done = 0; done < piece.Length;)
        {
            int chosen = _chance.Next(free.Count);
            var (start, count) = free[chosen];
            long wanted = _chance.Next(4) == 0 ? _chance.NextInt64(1, piece.Length - done + 1) : piece.Length - done;
            long length = Math.Min(wanted, count);
            placed.Add(new Relocation(piece.From + done, start + count - length, length));
            done += length;
            if (length < count)
                free[chosen] = (start, count - length);
            else
                free.RemoveAt(chosen);
        }
    }

    private Dictionary<uint, uint> Renumber()
    {
        long half = _target.InodeCount / 2;
        long[] free = [.. _use.Inodes.Gaps(half, _target.InodeCount + 1L)
            .SelectMany(gap => Enumerable.Range(0, (int)gap.Count).Select(i => gap.Start + i))];
        _chance.Shuffle(free);
        var renumbered = new Dictionary<uint, uint>();
        foreach (var (start, count) in _use.Inodes.Runs(_target.FirstInode, half))
        {
            for (long number = start; number < start + count && renumbered.Count < free.Length; number++)
                renumbered.Add((uint)number, (uint)free[renumbered.Count]);
        }

        return renumbered;
    }
}
