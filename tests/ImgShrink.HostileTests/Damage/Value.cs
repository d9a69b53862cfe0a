using ImgShrink.Blocks;

namespace ImgShrink.HostileTests.Damage;

/// <summary>The values that a field is given.</summary>
internal static class Value
{
    /// <summary>How many there are for a field.</summary>
    public const int Count = 10;

    /// <summary>One of them.</summary>
    /// <param name="number">0 up to but not including <see cref="Count"/>.</param>
    /// <param name="field">The field.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="map">What else there is.</param>
    /// <param name="image">The image before the change.</param>
    /// <param name="chance">For what is picked.</param>
    public static ulong Of(int number, Field field, Place place, ImageMap map, IBlockSource image, Random chance)
    {
        ulong old = field.Read(image, place.At);
        return field.Meaning switch
        {
            Meaning.Pointer => Pointer(number, old, field, place, map, image, chance),
            Meaning.Flags => Flags(number, old, field, chance),
            _ => Number(number, old, field, chance),
        };
    }

    private static ulong Number(int number, ulong old, Field field, Random chance) => number switch
    {
        0 => 0,
        1 => 1,
        2 => field.Largest,
        3 => field.Largest / 2,                                 // The largest that is not negative,
        4 => field.Largest / 2 + 1,                             // and the sign alone.
        5 => unchecked(old - 1),
        6 => unchecked(old + 1),
        7 => unchecked(old * 2),
        8 => old ^ 1UL << chance.Next(8 * field.Bytes),
        _ => 1UL << chance.Next(8 * field.Bytes),
    };

    private static ulong Pointer(
        int number, ulong old, Field field, Place place, ImageMap map, IBlockSource image, Random chance) => number switch
    {
        0 => 0,
        1 => field.Largest,
        2 => field.Largest / 2 + 1,
        3 => map.PointerTo(image.Length),                       // The first behind the end,
        4 => unchecked(map.PointerTo(image.Length) - 1),        // and the last before it.
        5 => map.PointerTo(place.At),                           // Itself: a loop.
        6 => unchecked(old + 1),
        7 => unchecked(old - 1),
        _ => map.PointerTo(map.Places[chance.Next(map.Places.Count)].At),
    };

    private static ulong Flags(int number, ulong old, Field field, Random chance) => number switch
    {
        0 => 0,
        1 => field.Largest,
        _ => old ^ 1UL << chance.Next(8 * field.Bytes),
    };
}
