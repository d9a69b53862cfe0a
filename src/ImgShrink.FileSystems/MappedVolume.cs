using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>
/// A volume that keeps its size, and whose free space is left out where its own account of it can be believed.
/// </summary>
/// <remarks>
/// The account is read once, when it is first asked for. Where it is damaged or may be out of date, all of the volume
/// counts as data, and a warning says why. Not for several threads at once.
/// </remarks>
internal abstract class MappedVolume : IVolume
{
    private readonly Lazy<AllocationMap> _map;

    protected MappedVolume() => _map = new Lazy<AllocationMap>(ReadMapOrDoubt);

    /// <inheritdoc/>
    public abstract string FileSystem { get; }

    /// <inheritdoc/>
    public abstract string? Label { get; }

    /// <inheritdoc/>
    public abstract string? Uuid { get; }

    /// <inheritdoc/>
    public abstract long Bytes { get; }

    /// <inheritdoc/>
    public long FreeBytes => _map.Value.Doubt is null ? Math.Max(0, Bytes - _map.Value.Data.TotalBytes) : 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings =>
        _map.Value.Doubt is string doubt ? [$"The {FileSystem} volume {doubt}"] : [];

    /// <inheritdoc/>
    public RangeSet DataRanges(CancellationToken cancel = default)
    {
        RangeSet whole = RangeSet.Of(new ByteRange(0, Bytes));
        return _map.Value.Doubt is null ? _map.Value.Data.Intersect(whole) : whole;
    }

    /// <summary>Reads the account of what is in use.</summary>
    /// <exception cref="CorruptImageException">It contradicts the format, or itself.</exception>
    protected abstract AllocationMap ReadMap();

    private AllocationMap ReadMapOrDoubt()
    {
        try
        {
            AllocationMap map = ReadMap();
            return map.Doubt is null ? map : AllocationMap.Doubtful($"{map.Doubt}, so all of it is kept.");
        }
        catch (CorruptImageException damage)
        {
            return AllocationMap.Doubtful($"is damaged, so all of it is kept. {damage.Findings[0]}.");
        }
    }
}
