using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline;

/// <summary>What the first boot is asked to do.</summary>
/// <param name="Limit">How far the root grows; null for not at all.</param>
/// <param name="PrefersNative">Whether the system's own way is preferred, where it has one.</param>
/// <param name="Generalize">Whether what belongs to one machine only is taken off the card.</param>
public sealed record ExpandWish(ExpandLimit? Limit, bool PrefersNative = false, bool Generalize = false)
{
    /// <summary>Over all of the card, in the way that suits the system best.</summary>
    public static ExpandWish Default { get; } = new(ExpandLimit.Max);
}
