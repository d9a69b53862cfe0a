using ImgShrink.Cli.Text;
using ImgShrink.Partitions;
using ImgShrink.Pipeline;
using ImgShrink.Pipeline.Map;

namespace ImgShrink.Cli.Picture;

/// <summary>
/// A card drawn as cells, row by row, before and after a shrink: a colour for each partition, pale where it is free.
/// </summary>
/// <remarks>A cell is as many bytes in both, so that the picture of the small image is as much smaller as the image is.</remarks>
internal sealed class MapPicture
{
    private const int Columns = 120, MostRows = 36;
    private const double Cell = 8, Line = 1, Margin = 30;
    private const double Title = 20, Heading = 15, Small = 13;
    private const long SmallestCell = 4096;
    private const int Shades = 8;

    private static readonly Rgb Ink = new(0x22, 0x22, 0x22), Muted = new(0x66, 0x66, 0x66), Outside = new(0x99, 0x99, 0x99);

    private static readonly Rgb[] Palette =
        [new(0x1f, 0x6f, 0xb5), new(0x2c, 0x8c, 0x3c), new(0xc8, 0x7a, 0x00), new(0x8a, 0x4f, 0xb0), new(0x00, 0x8f, 0x95), new(0xb8, 0x3b, 0x4b)];

    private readonly List<Shape> _shapes = [];
    private readonly InfoReport _report;
    private readonly long _cellBytes;
    private double _y = Margin;

    private MapPicture(InfoReport report, CardMap map)
    {
        _report = report;
        long cells = (long)Columns * MostRows;
        _cellBytes = Math.Max(SmallestCell, (map.Before.Bytes + cells - 1) / cells);
        AddTitle();
        AddDisk("Now", map.Before);
        if (map.After is { } after)
            AddDisk("Shrunk", after);
        else
            AddWords(Heading, $"Nothing is made smaller: {map.WhyNot}", Muted);
        AddLegend(map);
    }

    public const double Width = 2 * Margin + Columns * Cell;

    /// <summary>Pixels.</summary>
    public double Height => _y + Margin;

    /// <summary>What to draw, the first below all others.</summary>
    public IReadOnlyList<Shape> Shapes => _shapes;

    /// <summary>Draws a report that has a map.</summary>
    public static MapPicture Of(InfoReport report) =>
        new(report, report.Map ?? throw new ArgumentException("The report has no map.", nameof(report)));

    private static Rgb ColorOf(int partition) => Palette[partition % Palette.Length];

    private void AddTitle()
    {
        string system = _report.Os is { } os ? $"{os.Name} {os.Version}".TrimEnd() + ", " : "";
        AddWords(Title, Path.GetFileName(_report.Source.Path), Ink);
        AddWords(Small, $"{system}{SizeText.OfCard(_report.Source.Bytes)}; a cell is {SizeText.Of(_cellBytes)}", Muted);
    }

    private void AddDisk(string heading, CardAllocation disk)
    {
        _y += Heading / 2;
        AddWords(Heading, $"{heading}: {SizeText.OfCard(disk.Bytes)}, {SizeText.Of(disk.Used.TotalBytes)} in use", Ink);
        IReadOnlyList<MapCell> cells = disk.Cells(_cellBytes);
        for (int row = 0; row < cells.Count; row += Columns)
        {
            AddRow([.. cells.Skip(row).Take(Columns).Select(ColorOf)]);
            _y += Cell;
        }

        _y += Heading;
    }

    /// <summary>Draws a row of cells; neighbours of one colour are one box.</summary>
    private void AddRow(Rgb[] colors)
    {
        for (int from = 0, end; from < colors.Length; from = end)
        {
            end = from + 1;
            while (end < colors.Length && colors[end] == colors[from])
                end++;
            _shapes.Add(new Box(Margin + from * Cell, _y, (end - from) * Cell, Cell - Line, colors[from]));
        }
    }

    // In use: from a third of the colour on, in few steps, so that rows are made of few boxes. Free: next to white.
    private Rgb ColorOf(MapCell cell)
    {
        Rgb color = cell.PartitionBytes == 0 ? Outside : ColorOf(cell.Partition);
        if (cell.UsedBytes == 0)
            return color.OnWhite(0.15);
        double share = Math.Ceiling(Shades * Math.Min(1, cell.UsedBytes / (double)_cellBytes)) / Shades;
        return color.OnWhite(0.35 + 0.65 * share);
    }

    private void AddLegend(CardMap map)
    {
        for (int index = 0; index < map.Before.Partitions.Count; index++)
        {
            Partition each = map.Before.Partitions[index];
            PartitionReport report = _report.Partitions.First(other => other.Number == each.Number);
            long? after = map.After?.Partitions.FirstOrDefault(other => other.Number == each.Number)?.Length;
            _shapes.Add(new Box(Margin, _y - 1, Small, Small, ColorOf(index)));
            string name = PrintableText.OfLine(string.Join(' ', new[] { report.FileSystem, report.Label }.Where(part => part is { Length: > 0 })));
            AddWords(Small, $"{each.Title}: {name}, {SizeText.OfCard(each.Length)}, {SizeText.Of(report.UsedBytes)} in use"
                + (after is long bytes && bytes != each.Length ? $"; shrunk to {SizeText.OfCard(bytes)}" : ""), Ink, indent: 2 * Small);
            _y += Small / 3;
        }

        _shapes.Add(new Box(Margin, _y - 1, Small, Small, Outside));
        AddWords(Small, "Outside of partitions", Ink, indent: 2 * Small);
    }

    private void AddWords(double size, string text, Rgb fill, double indent = 0)
    {
        _shapes.Add(new Words(Margin + indent, _y + size * 0.8, size, text, fill));
        _y += size * 1.4;
    }
}
