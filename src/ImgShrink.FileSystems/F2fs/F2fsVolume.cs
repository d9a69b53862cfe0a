using ImgShrink.Blocks;
using ImgShrink.FileSystems.F2fs.OnDisk;

namespace ImgShrink.FileSystems.F2fs;

/// <summary>An F2FS volume: everything before the main area, and the valid blocks in it.</summary>
internal sealed class F2fsVolume : MappedVolume
{
    private readonly IBlockSource _volume;
    private readonly F2fsGeometry _geometry;
    private readonly byte[] _superblock;

    private F2fsVolume(IBlockSource volume)
    {
        if (volume.Length < F2fsSuperblock.Offset + F2fsSuperblock.Size)
            throw new CorruptImageException(
                new Finding("F2FS superblock", "the partition", $"{volume.Length} bytes long", "long enough for it"),
                F2fsGeometry.Advice);
        (_volume, _superblock) = (volume, volume.ReadBytes(F2fsSuperblock.Offset, F2fsSuperblock.Size));
        _geometry = F2fsGeometry.From(_superblock, volume.Length);
    }

    /// <inheritdoc/>
    public override string FileSystem => "f2fs";

    /// <inheritdoc/>
    public override string? Label => VolumeText.Utf16(Superblock.Label);

    /// <inheritdoc/>
    public override string? Uuid => VolumeText.Uuid(Superblock.Uuid);

    /// <inheritdoc/>
    public override long Bytes => _geometry.Bytes;

    private F2fsSuperblock Superblock => new(_superblock);

    /// <summary>Opens a volume with the magic number at byte 1024.</summary>
    /// <exception cref="CorruptImageException">Its superblock cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) => new F2fsVolume(volume);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap()
    {
        if (Superblock.HasDevices)
            return AllocationMap.Doubtful("spans several devices");
        if ((Superblock.Features & ~F2fsSuperblock.KnownFeatures) != 0)
            return AllocationMap.Doubtful($"has features that are not known (0x{Superblock.Features:X})");
        CheckpointPack checkpoint = CheckpointPack.Newest(_volume, _geometry);
        if (Obstacle(checkpoint.Head.Flags) is string obstacle)
            return AllocationMap.Doubtful(obstacle);
        RangeSet data = RangeSet.Of(new ByteRange(0, _geometry.Main * F2fsGeometry.BlockSize));
        AddValidBlocks(data, checkpoint);
        long mainEnd = _geometry.Main + _geometry.MainSegments * F2fsGeometry.SegmentBlocks;
        data.Add(ByteRange.Between(mainEnd * F2fsGeometry.BlockSize, Bytes));
        return AllocationMap.Of(data);
    }

    /// <summary>Why the checkpoint does not tell all: behind one that is no unmount, nodes may follow that count, too.</summary>
    private static string? Obstacle(F2fsCheckpointFlags flags) =>
        !flags.HasFlag(F2fsCheckpointFlags.Unmounted) ? "was not unmounted cleanly"
        : (flags & (F2fsCheckpointFlags.Error | F2fsCheckpointFlags.NeedsCheck)) != 0 ? "is marked to be checked (fsck.f2fs)"
        : (flags & (F2fsCheckpointFlags.Disabled | F2fsCheckpointFlags.Resizing)) != 0 ? "has its checkpoints off, or is being resized"
        : null;

    private void AddValidBlocks(RangeSet data, CheckpointPack checkpoint)
    {
        Func<long, bool> isSecond = checkpoint.SecondCopies();
        IReadOnlyDictionary<uint, byte[]> journal = checkpoint.Journal();
        ulong valid = 0;
        byte[] table = [];
        for (long segment = 0; segment < _geometry.MainSegments; segment++)
        {
            (long block, long slot) = Math.DivRem(segment, SitEntry.PerBlock);
            if (slot == 0)
                table = _volume.ReadBytes(
                    (_geometry.Sit + block + (isSecond(block) ? _geometry.SitBlocks : 0)) * F2fsGeometry.BlockSize,
                    F2fsGeometry.BlockSize);
            byte[]? newer = journal.GetValueOrDefault((uint)segment);
            var entry = new SitEntry(newer ?? table.AsSpan((int)slot * SitEntry.Size));
            if (entry.ValidBlocks != entry.MappedBlocks)
                throw Damaged($"the entry of segment {segment}", $"{entry.MappedBlocks} blocks in its map", $"{entry.ValidBlocks}");
            AddSegment(data, _geometry.Main + segment * F2fsGeometry.SegmentBlocks, entry);
            valid += (ulong)entry.ValidBlocks;
        }

        if (valid != checkpoint.Head.ValidBlocks)
            throw Damaged("the number of valid blocks", $"{valid}", $"{checkpoint.Head.ValidBlocks} (valid_block_count)");
    }

    private static void AddSegment(RangeSet data, long start, SitEntry entry)
    {
        for (int block = 0; entry.ValidBlocks > 0 && block < F2fsGeometry.SegmentBlocks; block++)
        {
            int first = block;
            while (block < F2fsGeometry.SegmentBlocks && entry.IsValid(block))
                block++;
            data.Add(ByteRange.Between((start + first) * F2fsGeometry.BlockSize, (start + block) * F2fsGeometry.BlockSize));
        }
    }

    private static CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding("F2FS segment information table", place, found, expected), F2fsGeometry.Advice);
}
