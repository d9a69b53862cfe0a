using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ntfs.OnDisk;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>The master file table: a record for every file, the first of them for the volume's own.</summary>
/// <remarks>Spec: Linux-NTFS project, NTFS documentation, "$MFT" and "$ATTRIBUTE_LIST".</remarks>
internal sealed class MasterFileTable
{
    public const long LogFile = 2;
    public const long Volume = 3;
    public const long Root = 5;
    public const long Bitmap = 6;

    private const int LongestList = 256 << 10;
    private const int ListEntry = 0x1A;

    private readonly IBlockSource _volume;
    private readonly NtfsGeometry _geometry;
    private readonly NtfsContent _content;

    // As far as it is known while it is put together: later parts are described in records of earlier ones.
    private readonly RunList _runs;

    private MasterFileTable(IBlockSource volume, NtfsGeometry geometry)
    {
        (_volume, _geometry, _runs) = (volume, geometry, new RunList(geometry, "$MFT"));
        _content = ContentOf(0, _runs);
        if (_runs.Count > geometry.ClusterCount || _runs.Runs.Any(run => run.Lcn is null))
            throw Damaged(0, "its runs", "more than the volume, or holes", "clusters of the volume");
    }

    /// <summary>Records that have been written.</summary>
    public long RecordCount => _content.Length / _geometry.RecordBytes;

    /// <summary>Opens the table of a volume.</summary>
    /// <exception cref="CorruptImageException">Its own record is damaged.</exception>
    public static MasterFileTable Open(IBlockSource volume, NtfsGeometry geometry) => new(volume, geometry);

    /// <summary>The bytes of a record, fixups undone; null where it is not in use.</summary>
    /// <exception cref="CorruptImageException">It is damaged, or lies behind the table.</exception>
    public byte[]? TryRead(long number)
    {
        // The first one says where the table is.
        if (number > 0 && number >= _runs.Count * _geometry.ClusterBytes / _geometry.RecordBytes)
            throw new CorruptImageException(
                new Finding("$MFT", "its length", $"{_runs.Count} clusters", $"room for record {number}"), NtfsGeometry.Advice);
        var bytes = new byte[_geometry.RecordBytes];
        if (number == 0)
            _volume.Read(_geometry.MftCluster * _geometry.ClusterBytes, bytes);
        else
            _runs.Read(_volume, number * _geometry.RecordBytes, bytes);
        var record = new FileRecord(bytes);
        if (record.IsBlank || record.HasMagic && !record.IsInUse)
            return null;
        if (!record.HasMagic || !Fixups.TryUndo(bytes))
            throw Damaged(number, "its update sequence", "broken: it was not written as a whole", "of one piece");
        return record.FirstAttribute <= record.UsedBytes && record.UsedBytes <= bytes.Length
            ? bytes[..(int)record.UsedBytes]
            : throw Damaged(number, "its used size", $"{record.UsedBytes}", $"at most {bytes.Length}");
    }

    /// <summary>Where the attributes of a record begin and end, in its bytes.</summary>
    /// <exception cref="CorruptImageException">One is longer than its record.</exception>
    public static IEnumerable<Range> Attributes(long number, byte[] record)
    {
        int at = new FileRecord(record).FirstAttribute;
        while (at <= record.Length - sizeof(uint) && Le.U32(record, at) != NtfsAttribute.End)
        {
            if (!NtfsAttribute.TryRead(record.AsSpan(at), out NtfsAttribute attribute))
                throw Damaged(number, $"its attribute at byte {at}", "longer than its record, or too short", "inside");
            Range range = at..(at + (int)attribute.Length);
            at = range.End.Value;
            yield return range;
        }
    }

    /// <summary>The content of a file: its data attribute that has no name.</summary>
    /// <exception cref="CorruptImageException">It is not there, or not complete.</exception>
    public NtfsContent ContentOf(long number) => ContentOf(number, new RunList(_geometry, $"NTFS record {number}"));

    private NtfsContent ContentOf(long number, RunList runs)
    {
        byte[] record = TryRead(number) ?? throw Damaged(number, "it", "not in use", "in use");
        long length = -1;
        byte[] inside = [];
        foreach ((long holder, ulong vcn) in Pieces(number, record))
        {
            byte[] bytes = holder == number ? record
                : TryRead(holder) ?? throw Damaged(holder, "it", "not in use", $"a part of record {number}");
            NtfsAttribute piece = DataIn(holder, bytes, vcn);
            if (!piece.IsOutside)
                inside = piece.Content.ToArray();
            else if (vcn == (ulong)runs.Count)
                runs.Add(piece.MappingPairs);
            else
                throw Damaged(holder, "its part of the content", $"cluster {vcn}", $"cluster {runs.Count}");
            if (vcn == 0)
                length = piece.IsOutside ? Written(number, piece) : inside.Length;
        }

        return new NtfsContent(runs, inside, length >= 0 ? length : throw Damaged(number, "its content", "missing", "there"));
    }

    /// <summary>Which records hold the parts of a file's content, and the first cluster of each part, in order.</summary>
    private List<(long Holder, ulong Vcn)> Pieces(long number, byte[] record)
    {
        byte[]? list = ListIn(number, record);
        if (list is null)
            return [(number, 0)];
        var pieces = new List<(long Holder, ulong Vcn)>();
        for (int at = 0; at <= list.Length - ListEntry;)
        {
            ReadOnlySpan<byte> entry = list.AsSpan(at);
            int length = Le.U16(entry, 0x04);                                       // record length
            if (length < ListEntry)
                throw Damaged(number, "its attribute list", $"an entry of {length} bytes", $"{ListEntry} or more");
            if (Le.U32(entry, 0x00) == NtfsAttribute.Data && entry[0x06] == 0)      // type, length of the name
                pieces.Add(((long)(Le.U64(entry, 0x10) & FileRecord.RecordBits), Le.U64(entry, 0x08)));
            at += length;
        }

        return pieces;
    }

    private byte[]? ListIn(long number, byte[] record)
    {
        foreach (Range range in Attributes(number, record))
        {
            var attribute = new NtfsAttribute(record.AsSpan(range));
            if (attribute.Type != NtfsAttribute.List)
                continue;
            if (!attribute.IsOutside)
                return attribute.Content.ToArray();
            if (attribute.DataSize > LongestList)
                throw Damaged(number, "its attribute list", $"{attribute.DataSize} bytes long", $"at most {LongestList}");
            var runs = new RunList(_geometry, $"attribute list of NTFS record {number}");
            runs.Add(attribute.MappingPairs);
            var list = new byte[(int)attribute.DataSize];
            runs.Read(_volume, 0, list);
            return list;
        }

        return null;
    }

    private static NtfsAttribute DataIn(long number, byte[] record, ulong vcn)
    {
        foreach (Range range in Attributes(number, record))
        {
            var attribute = new NtfsAttribute(record.AsSpan(range));
            if (attribute.Type == NtfsAttribute.Data && !attribute.IsNamed
                && (attribute.IsOutside ? attribute.FirstVcn : 0) == vcn)
                return attribute;
        }

        throw Damaged(number, $"the data attribute from cluster {vcn} on", "missing", "there");
    }

    private static long Written(long number, NtfsAttribute attribute)
    {
        ulong length = Math.Min(attribute.DataSize, attribute.InitializedSize);
        return length <= long.MaxValue ? (long)length
            : throw Damaged(number, "its length", $"{length} bytes", "less");
    }

    private static CorruptImageException Damaged(long number, string place, string found, string expected) =>
        new(new Finding($"NTFS record {number}", place, found, expected), NtfsGeometry.Advice);
}
