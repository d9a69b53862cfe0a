using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Counts of what is free, or in use, which may be anything on a volume that has not been audited.</summary>
internal static class FreeCount
{
    /// <summary>What a count becomes.</summary>
    /// <param name="structure">Where the count is.</param>
    /// <param name="field">Its name.</param>
    /// <param name="count">The count so far.</param>
    /// <param name="by">How many more there are, or fewer.</param>
    /// <param name="most">How many there can be.</param>
    /// <exception cref="CorruptImageException">It would be less than none, or more than there can be.</exception>
    public static long Change(string structure, string field, long count, int by, long most)
    {
        long fewest = Math.Max(0, -(long)by), highest = most - Math.Max(0, by);
        return count >= fewest && count <= highest ? count + by : throw ExtDamage.In(structure, field, $"{count}",
            $"{fewest} to {highest}");
    }
}
