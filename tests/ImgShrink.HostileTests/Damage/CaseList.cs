using ImgShrink.Blocks;

namespace ImgShrink.HostileTests.Damage;

/// <summary>All cases of an image, by number: first every single change, then any number of changes together.</summary>
internal sealed class CaseList
{
    private readonly ImageMap _map;
    private readonly Wound[] _single;

    public CaseList(ImageMap map)
    {
        _map = map;
        _single = [.. map.Places.SelectMany(WoundsOf)];
    }

    /// <summary>How many cases change one thing only.</summary>
    public int SingleCount => _single.Length;

    /// <summary>Makes the changes of a case, and says what they were. The number is all that decides.</summary>
    public string Make(int number, IBlockStore image)
    {
        var chance = new Random(number);
        if (number < _single.Length)
            return _single[number].Make(image, _map, chance);
        return string.Join("; ", Enumerable.Range(0, chance.Next(2, 5))
            .Select(_ => _single[chance.Next(_single.Length)].Make(image, _map, chance)));
    }

    /// <summary>So many numbers of cases: all single changes if they are as many, else some of them from everywhere.</summary>
    public IEnumerable<int> Choose(int count)
    {
        if (count >= _single.Length)
            return Enumerable.Range(0, count);
        // Half of what can be tried goes to single changes, spread over the whole map; the rest to several at once.
        int single = count / 2;
        return Enumerable.Range(0, single).Select(i => (int)((long)i * _single.Length / single))
            .Concat(Enumerable.Range(_single.Length, count - single));
    }

    private static IEnumerable<Wound> WoundsOf(Place place)
    {
        foreach (bool isSealed in place.Seal is null ? [false] : (bool[])[true, false])
        {
            foreach (Field field in place.Fields)
                for (int i = 0; i < Value.Count; i++)
                    yield return new Wound(place, field, i, isSealed);
            for (int i = 0; i < Wound.Whole; i++)
                yield return new Wound(place, null, i, isSealed);
        }
    }
}
