using System.Globalization;
using ImgShrink.HostileTests.Trials;

namespace ImgShrink.HostileTests;

/// <summary>Counts how the cases of an image ended; a row of the table in docs/RELIABILITY.md.</summary>
internal sealed class Tally(string image)
{
    private readonly Dictionary<Ending, int> _endings = [];

    public int this[Ending ending] => _endings.GetValueOrDefault(ending);

    public void Add(Ending ending) => _endings[ending] = this[ending] + 1;

    /// <summary>Writes the row to where the build collects them, if it does, and gives it back.</summary>
    public string Finish()
    {
        string row = string.Create(CultureInfo.InvariantCulture,
            $"| {image} | {_endings.Values.Sum():N0} | {this[Ending.Refused]:N0} | {this[Ending.Kept]:N0} | {this[Ending.Shrunk]:N0} | 0 |");
        if (Environment.GetEnvironmentVariable("IMGSHRINK_RELIABILITY") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, $"hostile {image}.txt"), row + "\n");
        return row;
    }
}
