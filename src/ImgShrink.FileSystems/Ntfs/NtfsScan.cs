using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ntfs.OnDisk;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>Which clusters are in use, and whether that can be believed.</summary>
/// <remarks>
/// $Bitmap is trusted only where every cluster of every attribute in the MFT is in use by it, and none belongs to two of
/// them. What is in use and belongs to nobody counts as data. The work is bounded by the numbers of records and clusters.
/// </remarks>
internal sealed class NtfsScan
{
    private const int BitmapPiece = 65536;

    // Of the attribute $FILE_NAME: the directory, the length of the name, and the name.
    private const int NameLengthAt = 0x40;
    private const int NameAt = 0x42;

    private readonly IBlockSource _volume;
    private readonly NtfsGeometry _geometry;
    private readonly MasterFileTable _table;
    private readonly Claims _claims;

    private NtfsScan(IBlockSource volume, NtfsGeometry geometry, MasterFileTable table)
    {
        (_volume, _geometry, _table) = (volume, geometry, table);
        _claims = new Claims("NTFS volume", geometry.ClusterCount * geometry.ClusterBytes, NtfsGeometry.Advice);
    }

    /// <summary>Whether a Windows is hibernated on the volume: it goes on with what it remembers of it.</summary>
    private bool IsHibernated { get; set; }

    /// <summary>The clusters in use.</summary>
    /// <exception cref="CorruptImageException">The bitmap contradicts the files, or a record is damaged.</exception>
    public static AllocationMap Read(IBlockSource volume, NtfsGeometry geometry, MasterFileTable table)
    {
        var scan = new NtfsScan(volume, geometry, table);
        for (long number = 0; number < table.RecordCount; number++)
            if (table.TryRead(number) is { } record)
                scan.Walk(number, record);
        if (scan.IsHibernated)
            return AllocationMap.Doubtful("belongs to a Windows that hibernates");
        RangeSet used = scan.UsedClusters();
        scan._claims.RequireIn(used, "$Bitmap");
        return AllocationMap.Of(used);
    }

    private void Walk(long number, byte[] record)
    {
        foreach (Range range in MasterFileTable.Attributes(number, record))
        {
            var attribute = new NtfsAttribute(record.AsSpan(range));
            if (attribute.IsOutside)
                Claim(number, attribute);
            else if (attribute.Type == NtfsAttribute.FileName && IsHibernationFile(attribute.Content))
                IsHibernated |= HoldsSystem(_table.ContentOf(number));
        }
    }

    private void Claim(long number, NtfsAttribute attribute)
    {
        var runs = new RunList(_geometry, $"NTFS record {number}");
        runs.Add(attribute.MappingPairs);
        foreach (NtfsRun run in runs.Runs.Where(run => run.Lcn is not null))
            _claims.Add(new ByteRange(run.Lcn!.Value * _geometry.ClusterBytes, run.Count * _geometry.ClusterBytes));
    }

    private static bool IsHibernationFile(ReadOnlySpan<byte> name) => name.Length >= NameAt
        && (Le.U64(name, 0) & FileRecord.RecordBits) == MasterFileTable.Root
        && 2 * name[NameLengthAt] is var length && length <= name.Length - NameAt
        && Encoding.Unicode.GetString(name.Slice(NameAt, length)).Equals("hiberfil.sys", StringComparison.OrdinalIgnoreCase);

    private bool HoldsSystem(NtfsContent file)
    {
        if (file.Length < 4)
            return false;
        var mark = new byte[4];
        file.Read(_volume, 0, mark);
        return Encoding.ASCII.GetString(mark).Equals("hibr", StringComparison.OrdinalIgnoreCase);
    }

    private RangeSet UsedClusters()
    {
        NtfsContent bitmap = _table.ContentOf(MasterFileTable.Bitmap);
        var used = new RangeSet();
        for (long cluster = 0; cluster < _geometry.ClusterCount; cluster += BitmapPiece * 8L)
        {
            int count = (int)Math.Min(BitmapPiece * 8L, _geometry.ClusterCount - cluster);
            var bits = new byte[(count + 7) / 8];
            bitmap.Read(_volume, cluster / 8, bits);
            foreach (var (first, length) in BitRuns.Of(bits, count))
                used.Add(new ByteRange((cluster + first) * _geometry.ClusterBytes, (long)length * _geometry.ClusterBytes));
        }

        return used;
    }
}
