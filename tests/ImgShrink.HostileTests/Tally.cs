using ImgShrink.HostileTests.Trials;
using ImgShrink.Testing;

namespace ImgShrink.HostileTests;

/// <summary>Counts how the cases of an image ended.</summary>
internal sealed class Tally(string image)
{
    private readonly Dictionary<Ending, int> _endings = [];

    private int this[Ending ending] => _endings.GetValueOrDefault(ending);

    public void Add(Ending ending) => _endings[ending] = this[ending] + 1;

    /// <summary>Adds the row to the table, and gives it back.</summary>
    public string Finish() => ReliabilityTable.Hostile.Add(
        image, _endings.Values.Sum(), this[Ending.Refused], this[Ending.Kept], this[Ending.Shrunk]);
}
