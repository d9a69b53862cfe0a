using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs;

/// <summary>Clusters of an attribute that follow one another.</summary>
/// <param name="Vcn">Number of the first in the attribute.</param>
/// <param name="Lcn">Number of the first on the volume; null for a hole.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct NtfsRun(long Vcn, long? Lcn, long Count);

/// <summary>Where the content of an attribute is, unpacked piece by piece.</summary>
/// <remarks>Spec: Linux-NTFS project, NTFS documentation, "Data Runs".</remarks>
internal sealed class RunList(NtfsGeometry geometry, string owner)
{
    // More than any file can have; holes may be much larger than the volume.
    private const long MostClusters = 1L << 40;

    private readonly List<NtfsRun> _runs = [];

    /// <summary>The runs, ascending by their place in the attribute.</summary>
    public IReadOnlyList<NtfsRun> Runs => _runs;

    /// <summary>Clusters that have been added, holes included.</summary>
    public long Count { get; private set; }

    /// <summary>Adds packed runs, which go on where the last ones ended.</summary>
    /// <exception cref="CorruptImageException">They lead outside of the volume, or are not packed as they should be.</exception>
    public void Add(ReadOnlySpan<byte> pairs)
    {
        long lcn = 0;
        while (!pairs.IsEmpty && pairs[0] != 0)
        {
            int countBytes = pairs[0] & 0xF, lcnBytes = pairs[0] >> 4;
            if (countBytes is 0 or > 8 || lcnBytes > 8 || 1 + countBytes + lcnBytes > pairs.Length)
                throw Damaged("a run", $"packed with 0x{pairs[0]:X2}", "1 to 8 bytes each, inside of the attribute");
            long count = Signed(pairs.Slice(1, countBytes));
            if (count is <= 0 or > MostClusters || Count > MostClusters)
                throw Damaged("a run", $"{count} clusters long", $"1 to {MostClusters}");
            if (lcnBytes > 0)
            {
                long step = Signed(pairs.Slice(1 + countBytes, lcnBytes));
                if (step < -lcn || step > geometry.ClusterCount - count - lcn)
                    throw Damaged("a run", $"{step} clusters behind cluster {lcn}", $"inside of {geometry.ClusterCount}");
                lcn += step;
            }

            _runs.Add(new NtfsRun(Count, lcnBytes > 0 ? lcn : null, count));
            Count += count;
            pairs = pairs[(1 + countBytes + lcnBytes)..];
        }
    }

    /// <summary>Reads from the attribute; holes read as zeros.</summary>
    /// <exception cref="CorruptImageException">It ends before.</exception>
    public void Read(IBlockSource volume, long at, Span<byte> into)
    {
        int index = _runs.FirstEndingBehind(at / geometry.ClusterBytes, static run => run.Vcn + run.Count);
        while (!into.IsEmpty)
        {
            if (index == _runs.Count)
                throw Damaged("its length", $"{Count} clusters", $"more than {at} bytes");
            NtfsRun run = _runs[index++];
            long offset = at - run.Vcn * geometry.ClusterBytes;
            int count = (int)Math.Min(into.Length, run.Count * geometry.ClusterBytes - offset);
            if (run.Lcn is long lcn)
                volume.Read(lcn * geometry.ClusterBytes + offset, into[..count]);
            else
                into[..count].Clear();
            at += count;
            into = into[count..];
        }
    }

    private static long Signed(ReadOnlySpan<byte> bytes)
    {
        long value = unchecked((sbyte)bytes[^1]);
        for (int i = bytes.Length - 2; i >= 0; i--)
            value = unchecked(value << 8) | bytes[i];
        return value;
    }

    private CorruptImageException Damaged(string place, string found, string expected) =>
        new(new Finding(owner, place, found, expected), NtfsGeometry.Advice);
}
