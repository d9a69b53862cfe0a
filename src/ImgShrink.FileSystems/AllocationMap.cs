using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>Which bytes of a volume hold data, by its own account.</summary>
/// <param name="Data">The bytes that count; without meaning where there is a doubt.</param>
/// <param name="Doubt">
/// Why the account cannot be believed, as the end of a sentence that begins with the volume ("was not unmounted");
/// null where it can.
/// </param>
internal sealed record AllocationMap(RangeSet Data, string? Doubt)
{
    /// <summary>An account that can be believed.</summary>
    public static AllocationMap Of(RangeSet data) => new(data, Doubt: null);

    /// <summary>An account that cannot be believed.</summary>
    public static AllocationMap Doubtful(string doubt) => new(new RangeSet(), doubt);
}
