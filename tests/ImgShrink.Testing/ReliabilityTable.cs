using System.Globalization;

namespace ImgShrink.Testing;

/// <summary>The tables of docs/RELIABILITY.md, which tests add rows to while they run.</summary>
/// <remarks>The build collects them in the folder that <c>IMGSHRINK_RELIABILITY</c> names; without it nothing is kept.</remarks>
public sealed class ReliabilityTable
{
    private static readonly Lock s_lock = new();

    private readonly string _name;
    private readonly string[] _columns;

    private ReliabilityTable(string name, params string[] columns) => (_name, _columns) = (name, columns);

    /// <summary>Images with changed structures, and how the jobs on them ended.</summary>
    public static ReliabilityTable Hostile { get; } =
        new("1 hostile", "Image", "Inputs tried", "Refused", "Kept", "Shrunk", "Crashes, hangs, losses");

    /// <summary>Random volumes, shrunk.</summary>
    public static ReliabilityTable RandomVolumes { get; } =
        new("2 random volumes", "Volumes", "Before", "ImgShrink", "Compared", "ImgShrink, of these", "resize2fs -M", "Losses");

    /// <summary>What was made to fail.</summary>
    public static ReliabilityTable Faults { get; } = new("3 faults", "What fails", "Times", "Losses");

    /// <summary>Adds a row; the last column, of what must not be, is 0 where a test comes to that.</summary>
    /// <returns>The row.</returns>
    public string Add(params object[] cells)
    {
        string row = RowOf([.. cells, 0]);
        if (Environment.GetEnvironmentVariable("IMGSHRINK_RELIABILITY") is { Length: > 0 } folder)
            Keep(Path.Combine(folder, $"{_name}.md"), row);
        return row;
    }

    private void Keep(string path, string row)
    {
        lock (s_lock)
        {
            if (!File.Exists(path))
                File.WriteAllLines(path, [RowOf(_columns), RowOf(["---", .. Enumerable.Repeat("---:", _columns.Length - 1)])]);
            File.AppendAllLines(path, [row]);
        }
    }

    private static string RowOf(IEnumerable<object> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell is IFormattable number ? number.ToString("N0", CultureInfo.InvariantCulture) : cell))} |";
}
