using System.Globalization;
using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>What a capture journal tells of a capture that was stopped.</summary>
/// <remarks>docs/ON-DISK.md, "The capture journal". What stands behind the first line that is not whole was never written.</remarks>
internal sealed class StoppedCapture
{
    public const string Mark = "imgshrink-capture 1";

    // A card of 2 TB has half a million cells, of 30 bytes each.
    private const long LargestJournal = 64 << 20;

    private readonly Dictionary<long, ulong> _looked = [];
    private readonly Dictionary<long, ulong> _cells = [];

    private StoppedCapture(string path) => Path = path;

    /// <summary>The journal.</summary>
    public string Path { get; }

    /// <summary>Bytes of the journal that are whole.</summary>
    public long WholeBytes { get; private set; }

    /// <summary>The length of the card.</summary>
    public long CardBytes { get; private set; }

    /// <summary>What was asked for.</summary>
    public string Wish { get; private set; } = "";

    /// <summary>Checksums of what the plan was made of, by MiB of the card (<see cref="LookedAt"/>).</summary>
    public IReadOnlyDictionary<long, ulong> Looked => _looked;

    /// <summary>Checksums of the cells that the output has, by number (<see cref="CellImage"/>).</summary>
    public IReadOnlyDictionary<long, ulong> Cells => _cells;

    /// <summary>What the card could not give.</summary>
    public RangeSet Lost { get; } = new();

    /// <summary>Reads a journal; null where nothing had been captured yet.</summary>
    /// <exception cref="AccessException">It cannot be read, or is none.</exception>
    public static StoppedCapture? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestJournal)
                throw new AccessException($"{path} is no journal of a capture; move it away.");
            using FileStream file = File.OpenRead(path);
            using var text = new StreamReader(file, Encoding.UTF8);
            return Read(path, text);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot read {path}: {cause.Message}", cause);
        }
    }

    private static StoppedCapture? Read(string path, StreamReader text)
    {
        if (text.ReadLine() is not { } first || JournalLine.TextOf(first) is not { } mark)
            return null;
        if (mark != Mark)
            throw new AccessException($"{path} was made by another version of imgshrink. Go on with that one, or move the file away to begin again.");
        var found = new StoppedCapture(path) { WholeBytes = BytesOf(first) };
        while (text.ReadLine() is { } line && JournalLine.TextOf(line) is { } said && found.Take(said))
            found.WholeBytes += BytesOf(line);
        return found._cells.Count == 0 ? null : found;
    }

    private static long BytesOf(string line) => Encoding.UTF8.GetByteCount(line) + 1;

    private bool Take(string text)
    {
        string[] words = text.Split(' ', 2);
        string rest = words[^1];
        switch (words[0])
        {
            case "card" when long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes):
                CardBytes = bytes;
                return true;
            case "wish":
                Wish = rest;
                return true;
            case "looked":
                return TakeSum(rest, _looked);
            case "cell":
                return TakeSum(rest, _cells);
            case "lost" when rest.Split(' ') is [var at, var length] && Number(at) is long start && Number(length) is long count
                && count > 0 && start <= CardBytes - count:
                Lost.Add(new ByteRange(start, count));
                return true;
            default:
                return false;
        }
    }

    private static bool TakeSum(string text, Dictionary<long, ulong> into)
    {
        if (text.Split(' ') is not [var number, var digits] || Number(number) is not long key
            || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong sum))
            return false;
        into[key] = sum; // A later line counts.
        return true;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
