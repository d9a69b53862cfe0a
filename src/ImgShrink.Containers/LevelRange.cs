namespace ImgShrink.Containers;

/// <summary>Compression levels: both ends can be chosen.</summary>
/// <param name="Lowest">The fastest.</param>
/// <param name="Default">The one taken when none is named.</param>
/// <param name="Highest">The smallest output.</param>
public sealed record LevelRange(int Lowest, int Default, int Highest)
{
    /// <summary>The level asked for, or the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside of the range.</exception>
    public int Choose(int? level)
    {
        if (level < Lowest || level > Highest)
            throw new ArgumentOutOfRangeException(nameof(level), $"Level {level} is not in {Lowest}..{Highest}.");
        return level ?? Default;
    }
}
