using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Quota;

/// <summary>A quota file: the limits and the usage of every user, group or project. No directory names it.</summary>
/// <remarks>
/// Blocks of 1 KiB: a header, then a tree of four levels, each of 256 references by one byte of the id, the highest first;
/// below it blocks with 14 entries. Spec: Linux kernel, fs/quota/quota_tree.c and quotaio_v2.h.
/// </remarks>
internal sealed class QuotaFile
{
    private const int UnitSize = 1024, Levels = 4, References = UnitSize / 4, LeafHeader = 16;
    private const uint Root = 1, ExpectedVersion = 1;

    private static readonly uint[] s_magics = [0xD9C01F11, 0xD9C01927, 0xD9C03F14];

    private readonly ExtVolume _volume;
    private readonly List<Extent> _extents;
    private readonly HashSet<uint> _seen = [];
    private readonly SortedDictionary<uint, long> _entries = [];
    private readonly long _units;

    private QuotaFile(ExtVolume volume, QuotaKind kind, InodeNumber number)
    {
        (_volume, Kind) = (volume, kind);
        var inode = new Inode(volume.ReadInodeInTable(number));
        if (inode.Kind != FileKind.Regular || !inode.HasBlockMap)
            throw Damaged("i_mode", $"0x{inode.Mode:X4}", "a regular file: the superblock names it");
        _extents = BlockMap.Read(volume, number, inode).Extents;
        _units = inode.Size / UnitSize;
        byte[] header = ReadUnit(0);
        if (Le.U32(header, 0) != s_magics[(int)kind] || Le.U32(header, 4) != ExpectedVersion)
            throw Damaged("dqh_magic and dqh_version", $"0x{Le.U32(header, 0):X8} and {Le.U32(header, 4)}",
                $"0x{s_magics[(int)kind]:X8} and {ExpectedVersion}");
        Walk(Root, level: 0);
    }

    public QuotaKind Kind { get; }

    /// <summary>Ids that have an entry, ascending, and where on the volume it is, in bytes.</summary>
    public IReadOnlyDictionary<uint, long> Entries => _entries;

    /// <summary>The quota files of a volume; none where it does not have the feature.</summary>
    /// <exception cref="CorruptImageException">A file contradicts the format.</exception>
    public static IEnumerable<QuotaFile> All(ExtVolume volume) =>
        Inodes(volume).Select(each => new QuotaFile(volume, each.Kind, each.Number));

    /// <summary>The inodes of those files, as the superblock names them.</summary>
    public static IEnumerable<(QuotaKind Kind, InodeNumber Number)> Inodes(ExtVolume volume)
    {
        if (!volume.Superblock.ReadOnly.HasFlag(ReadOnlyFeatures.Quota))
            return [];
        uint[] numbers = [volume.Superblock.UserQuotaInode, volume.Superblock.GroupQuotaInode, volume.Superblock.ProjectQuotaInode];
        return Enum.GetValues<QuotaKind>().Where(kind => numbers[(int)kind] != 0)
            .Select(kind => (kind, new InodeNumber(numbers[(int)kind])));
    }

    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} quota";

    private void Walk(uint unit, int level)
    {
        // References of the lowest level may share a block of entries. Nothing else is reached twice.
        if (!_seen.Add(unit))
        {
            if (level < Levels)
                throw Damaged($"a reference of level {level}", $"{unit}", "a block to which no other leads");
            return;
        }

        byte[] bytes = ReadUnit(unit);
        if (level == Levels)
        {
            AddEntries(unit, bytes);
            return;
        }

        for (int i = 0; i < References; i++)
        {
            if (Le.U32(bytes, 4 * i) is var below and not 0)
                Walk(below, level + 1);
        }
    }

    private void AddEntries(uint unit, byte[] bytes)
    {
        for (int at = LeafHeader; at + QuotaEntry.Size <= UnitSize; at += QuotaEntry.Size)
        {
            var entry = new QuotaEntry(bytes.AsSpan(at));
            if (entry.IsInUse && !_entries.TryAdd(entry.Id, AddressOf(unit) + at))
                throw Damaged("dqb_id", $"{entry.Id}", "there only once");
        }
    }

    private byte[] ReadUnit(uint unit) => _volume.Store.ReadBytes(AddressOf(unit), UnitSize);

    private long AddressOf(uint unit)
    {
        int blockSize = _volume.Geometry.BlockSize;
        long at = (long)unit * UnitSize, logical = at / blockSize;
        int index = _extents.FindLastIndex(extent => extent.Logical <= logical);
        if (unit >= _units || index < 0 || logical >= _extents[index].LogicalEnd || _extents[index].Unwritten)
            throw Damaged("a reference", $"{unit}", $"a block of the {_units} of the file");
        return (_extents[index].Physical + logical - _extents[index].Logical) * blockSize + at % blockSize;
    }

    private CorruptImageException Damaged(string place, string found, string expected) =>
        ExtDamage.In(ToString(), place, found, expected);
}
