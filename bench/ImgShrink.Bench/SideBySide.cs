using System.Diagnostics;
using System.Text;

namespace ImgShrink.Bench;

/// <summary>Measures all contenders on one card, in turns, so that what else the machine does meets all of them.</summary>
internal sealed class SideBySide(BenchOptions options, string folder)
{
    private const string Card = "card.img";

    // xz takes some 200 s a gigabyte of two cores.
    private const long MostForXz = 1_700_000_000;

    /// <summary>Makes the card, runs everybody, and gives the table.</summary>
    public string Measure(BenchCard card)
    {
        if (card.BytesOfDisk > new DriveInfo(folder).AvailableFreeSpace)
            return $"### {card.Name}\n\nLeft out, for want of {Mega(card.BytesOfDisk)} MB of disk.\n\n";
        card.Make(InFolder(Card));
        long used = UsedBytes.Extract(InFolder(Card), InFolder("used.bin"));
        IReadOnlyList<Contender> all = Contender.All(options.ImgShrink, card.RootStart, withSlow: options.Scale >= BenchScale.Large && used <= MostForXz);
        if (all.Any(each => !each.Missing.Any() && each.CommandLine.Contains("root.img", StringComparison.Ordinal)))
            Run($"dd if={Card} of=root.img bs=4M iflag=skip_bytes skip={card.RootStart} conv=sparse");
        return $"### {card.Name} ({Mega(used)} MB)\n\n" + Tables(all, "used.bin");
    }

    /// <summary>Makes the card small, and measures what each format takes for it.</summary>
    public string MeasureFormats(BenchCard card)
    {
        card.Make(InFolder(Card));
        Run($"{options.ImgShrink} shrink {Card} image.img -q");
        long length = new FileInfo(InFolder("image.img")).Length;
        return $"### Formats, of an image of {Mega(length)} MB\n\n" + Tables(Contender.Formats(options.ImgShrink), "image.img");
    }

    /// <summary>How long it takes to start, to look at a card that is nearly empty, and to plan what becomes of it.</summary>
    public string MeasureLooking(BenchCard card)
    {
        card.Make(InFolder(Card));
        long length = new FileInfo(InFolder(Card)).Length;
        var text = new StringBuilder($"### {card.Name}: looked at only\n\n");
        text.Append("| | wall, s | CPU, s | peak memory, MB | read, MB | of the card |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (string arguments in (string[])["--version", $"info {Card}", $"shrink {Card} --dry-run"])
        {
            Measurement took = Measurement.MedianOf([.. Enumerable.Range(0, options.Runs).Select(
                _ => Run($"{options.ImgShrink} {arguments}"))]);
            text.Append($"| imgshrink {arguments} | {took.Seconds:0.00} | {took.CpuSeconds:0.00} | {Memory(took)} ");
            text.Append($"| {Mega(took.ReadBytes)} | {(double)took.ReadBytes / length:P2} |\n");
        }

        File.Delete(InFolder(Card));
        return text.Append('\n').ToString();
    }

    /// <summary>Runs all that can, in turns, and gives their tables; the folder is empty then.</summary>
    private string Tables(IReadOnlyList<Contender> all, string input)
    {
        Contender[] present = [.. all.Where(each => !each.Missing.Any())];
        var runs = present.ToDictionary(each => each, _ => new List<(Measurement Took, long Output)>());
        for (int run = 0; run < options.Runs; run++)
        {
            foreach (Contender contender in present)
                runs[contender].Add(RunOnce(contender, input));
        }

        foreach (string file in Directory.GetFiles(folder))
            File.Delete(file);
        return string.Concat(all.GroupBy(each => each.Group).Select(group => Table(group, runs)));
    }

    private (Measurement Took, long Output) RunOnce(Contender contender, string input)
    {
        foreach (string old in Directory.GetFiles(folder, "out.*").Append(InFolder("work.img")))
            File.Delete(old);
        if (contender.NeedsCopy)
            Run($"cp --sparse=always {Card} work.img");
        // Nobody pays for what the one before left in the cache, nor, on a virtual machine, for memory that its host has
        // to find first.
        Run($"cp {input} warm.bin && rm warm.bin && sync");
        Console.Error.WriteLine($"  {contender.Name}");
        Measurement took = Run(contender.CommandLine);
        string[] outputs = Directory.GetFiles(folder, "out.*");
        string[] results = outputs.Length > 0 ? outputs : Directory.GetFiles(folder, "work.img");
        return (took, results.Sum(file => new FileInfo(file).Length));
    }

    private static string Table(
        IGrouping<string, Contender> group, Dictionary<Contender, List<(Measurement Took, long Output)>> runs)
    {
        var text = new StringBuilder($"| {group.Key} | wall, s | × first | CPU, s | × first | peak memory, MB "
            + "| read, MB | written, MB | result, MB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        Measurement? first = null;
        foreach (Contender contender in group)
        {
            if (!runs.TryGetValue(contender, out var measured))
            {
                text.Append($"| {contender.Name} | left out, for want of {string.Join(", ", contender.Missing)} | | | | | | | |\n");
                continue;
            }

            Measurement took = Measurement.MedianOf([.. measured.Select(each => each.Took)]);
            first ??= took;
            text.Append($"| {contender.Name} | {took.Seconds:0.00} | {took.Seconds / first.Seconds:0.00} ");
            text.Append($"| {took.CpuSeconds:0.00} | {took.CpuSeconds / first.CpuSeconds:0.00} | {Memory(took)} ");
            text.Append($"| {Mega(took.ReadBytes)} | {Mega(took.WrittenBytes)} | {Mega(measured[^1].Output)} |\n");
        }

        return text.Append('\n').ToString();
    }

    private Measurement Run(string commandLine) => MeasuredShell.Run($"cd '{folder}' && {commandLine}");

    private string InFolder(string file) => Path.Combine(folder, file);

    /// <summary>A process begins with the memory of the one that starts it, so less than that cannot be told.</summary>
    private static string Memory(Measurement took)
    {
        using var self = Process.GetCurrentProcess();
        return took.PeakBytes > self.PeakWorkingSet64 ? Mega(took.PeakBytes) : $"≤ {Mega(took.PeakBytes)}";
    }

    private static string Mega(long bytes) => $"{bytes / 1e6:0}";
}
