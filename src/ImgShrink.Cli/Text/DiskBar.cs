using ImgShrink.Pipeline;
using Spectre.Console;

namespace ImgShrink.Cli.Text;

/// <summary>A disk as a line of cells: its partitions to scale, with what is in use and what is free in each.</summary>
internal sealed class DiskBar
{
    private const int PlainWidth = 76;
    private const int WidestOnTerminal = 120;
    private static readonly Color[] s_colors = [Color.Blue, Color.Green, Color.Yellow, Color.Purple, Color.Aqua];

    private readonly IReadOnlyList<Segment> _segments;

    private DiskBar(IReadOnlyList<Segment> segments) => _segments = segments;

    /// <summary>A part of the disk: a partition, or a gap, which has no cells of its own to be in use.</summary>
    private sealed record Segment(PartitionReport? Partition, int Cells)
    {
        /// <summary>Cells in use; one at least where anything is.</summary>
        public int Used => Partition is not { UsedBytes: > 0 } held ? 0
            : Math.Clamp((int)Math.Ceiling(Cells * (held.UsedBytes / (double)held.Bytes)), 1, Cells);
    }

    /// <summary>Draws the disk for a file: in ASCII.</summary>
    public static void Write(long diskBytes, IReadOnlyList<PartitionReport> partitions, TextWriter into)
    {
        DiskBar bar = Of(diskBytes, partitions, PlainWidth);
        into.WriteLine($"  [{string.Concat(bar._segments.Select(each => Cells(each, '#', '.')))}]");
        if (bar.Numbers() is { Length: > 0 } numbers)
            into.WriteLine($"   {numbers}");
    }

    /// <summary>Draws the disk on a terminal: a colour for each partition, where it has colours.</summary>
    public static void Write(long diskBytes, IReadOnlyList<PartitionReport> partitions, IAnsiConsole terminal)
    {
        DiskBar bar = Of(diskBytes, partitions, Math.Clamp(terminal.Profile.Width - 6, 20, WidestOnTerminal));
        var (used, free) = terminal.Profile.Capabilities.Unicode ? ('█', '░') : ('#', '.');
        terminal.Write("  ");
        int index = 0;
        foreach (Segment each in bar._segments)
        {
            Color color = each.Partition is null ? Color.Default : s_colors[index++ % s_colors.Length];
            terminal.Write(Cells(each, used, free), new Style(color));
        }

        terminal.WriteLine();
        if (bar.Numbers() is { Length: > 0 } numbers)
            terminal.WriteLine($"  {numbers}");
    }

    // Cells of equal size, one at least for each partition; more of them than asked for where the partitions are more.
    private static DiskBar Of(long diskBytes, IReadOnlyList<PartitionReport> partitions, int width)
    {
        var segments = new List<Segment>();
        long at = 0;
        foreach (PartitionReport each in partitions.OrderBy(each => each.Start))
        {
            Add(null, each.Start - at);
            Add(each, each.Bytes);
            at = Math.Max(at, each.Start + each.Bytes);
        }

        Add(null, diskBytes - at);
        while (segments.Count > 0 && segments.Sum(each => each.Cells) is int cells && cells != width)
        {
            int largest = segments.IndexOf(segments.MaxBy(each => each.Cells)!);
            if (cells > width && segments[largest].Cells == 1)
                break;
            segments[largest] = segments[largest] with { Cells = segments[largest].Cells + Math.Sign(width - cells) };
        }

        return new DiskBar(segments);

        void Add(PartitionReport? partition, long bytes)
        {
            int share = (int)Math.Round(width * (bytes / (double)diskBytes));
            if (partition is not null || share > 0)
                segments.Add(new Segment(partition, Math.Max(1, share)));
        }
    }

    private static string Cells(Segment each, char used, char free) =>
        new string(used, each.Used) + new string(each.Partition is null ? ' ' : free, each.Cells - each.Used);

    /// <summary>The numbers of the partitions, each where it begins, as far as there is room.</summary>
    private string Numbers()
    {
        var line = new System.Text.StringBuilder();
        int at = 0;
        foreach (Segment each in _segments)
        {
            string name = each.Partition is { Number: > 0 } numbered ? $"{numbered.Number}" : "";
            if (name.Length > 0 && (line.Length < at || line.Length == 0))
                line.Append(' ', at - line.Length).Append(name);
            at += each.Cells;
        }

        return line.ToString();
    }
}
