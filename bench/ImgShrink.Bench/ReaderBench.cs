using System.Globalization;
using System.Text;
using System.Text.Json;
using ImgShrink.Blocks;
using ImgShrink.Pipeline;

namespace ImgShrink.Bench;

/// <summary>Measures a card in a reader: a loop device, as fast as the disk below it, or held at the speed of a reader.</summary>
/// <remarks>
/// The floor is dd, which reads from the device what is in use and nothing else. Bytes are those that the kernel counts at the device.
/// The speed is held by the kernel's throttle of block devices (cgroup v1, blkio).
/// </remarks>
internal sealed class ReaderBench(BenchOptions options, string folder) : IDisposable
{
    private const long ReaderSpeed = 90_000_000; // Bytes a second; what a good reader gives with a good card.
    private const long GapReadOver = 64 << 10; // Bytes; dd would take longer to be started than to read them.
    private const string Throttles = "/sys/fs/cgroup/blkio";

    private readonly string _throttle = Path.Combine(Throttles, $"imgshrink-bench-{Environment.ProcessId}");
    private readonly List<string> _devices = [];

    /// <summary>Makes the card and gives the tables.</summary>
    public string Measure(BenchCard card)
    {
        string title = $"### {card.Name}, in a reader";
        if (WhyNot() is { } missing)
            return $"{title}\n\nLeft out, for want of {missing}.\n\n";
        card.Make(InFolder("card.img"));
        long used = WriteFloor();
        string source = Attach("card.img");
        var text = new StringBuilder($"{title} ({Mega(used)} MB)\n\n");
        text.Append(Reading(source, used, speed: null));
        if (Directory.Exists(Throttles))
            text.Append(Reading(source, used, ReaderSpeed));
        text.Append(Writing(card));
        return text.ToString();
    }

    public void Dispose()
    {
        foreach (string device in _devices)
            Run($"losetup -d {device}");
        if (Directory.Exists(_throttle))
            Directory.Delete(_throttle);
    }

    private static string? WhyNot() => !Environment.IsPrivilegedProcess ? "being root"
        : !File.Exists("/sbin/losetup") && !File.Exists("/usr/sbin/losetup") ? "losetup" : null;

    /// <summary>Puts what is in use into a script that reads it, and gives its bytes.</summary>
    private long WriteFloor()
    {
        using var source = new RawImageFile(InFolder("card.img"));
        RangeSet used = UsedBytes.RangesOf(CardImage.Read(source));
        var script = new StringBuilder();
        long start = 0, end = 0;
        foreach (ByteRange range in used.Ranges().Append(new ByteRange(long.MaxValue, 0)))
        {
            if (range.Start - end <= GapReadOver)
            {
                end = range.End;
                continue;
            }

            if (end > start)
                script.Append($"dd if=$1 of=/dev/null bs=2M iflag=skip_bytes,count_bytes skip={start} count={end - start} status=none\n");
            (start, end) = (range.Start, range.End);
        }

        File.WriteAllText(InFolder("floor.sh"), script.ToString());
        return used.TotalBytes;
    }

    private string Reading(string device, long used, long? speed)
    {
        string hold = speed is null ? "" : $"echo $$ > {_throttle}/cgroup.procs; ";
        if (speed is not null)
        {
            Directory.CreateDirectory(_throttle);
            File.WriteAllText($"{_throttle}/blkio.throttle.read_bps_device", $"{File.ReadAllText(SysFile(device, "dev")).Trim()} {speed}");
        }

        (string Name, string Command)[] rows =
        [
            ("floor: dd of what is in use", $"sh floor.sh {device}"),
            ("**ImgShrink**, capture to .img", $"{options.ImgShrink} capture {device} out.img -q"),
            ("ImgShrink, capture to .img, --verify none", $"{options.ImgShrink} capture {device} out.img -q --verify none"),
            ("**ImgShrink**, capture to .img.zst", $"{options.ImgShrink} capture {device} out.img.zst -q"),
        ];
        var runs = rows.ToDictionary(row => row.Name, _ => new List<(double Seconds, long Read)>());
        for (int run = 0; run < options.Runs; run++)
        {
            foreach (var (name, command) in rows)
            {
                Array.ForEach(Directory.GetFiles(folder, "out.*"), File.Delete);
                Run($"blockdev --flushbufs {device} && sync");
                Console.Error.WriteLine($"  {name}");
                long before = Sectors(device, 2);
                double seconds = Run(hold + command).Seconds;
                runs[name].Add((seconds, (Sectors(device, 2) - before) * 512));
            }
        }

        string at = speed is { } bytes ? $"read at {Mega(bytes)} MB/s" : "read as fast as the disk gives it";
        var text = new StringBuilder($"| {at} | wall, s | × first | read from the card, MB | × in use |\n|---|--:|--:|--:|--:|\n");
        double first = Median(runs[rows[0].Name].Select(each => each.Seconds));
        foreach (var (name, _) in rows)
        {
            double seconds = Median(runs[name].Select(each => each.Seconds)), read = Median(runs[name].Select(each => (double)each.Read));
            text.Append($"| {name} | {seconds:0.00} | {seconds / first:0.00} | {read / 1e6:0} | {read / used:0.000} |\n");
        }

        return text.Append('\n').ToString();
    }

    private string Writing(BenchCard card)
    {
        Run($"{options.ImgShrink} shrink card.img small.img.zst -q --force");
        using (FileStream target = File.Create(InFolder("target.img")))
            target.SetLength(card.Bytes / 512 * 512);
        string device = Attach("target.img");
        var text = new StringBuilder("| written | in use on it, MB | written to the card, MB | × in use |\n|---|--:|--:|--:|\n");
        foreach (var (name, source) in (ReadOnlySpan<(string, string)>)[("the small image", "small.img.zst"), ("the card itself", "card.img")])
        {
            Console.Error.WriteLine($"  write: {name}");
            long before = Sectors(device, 6);
            // Without growth, which adds tables that are not in use in what is written.
            Run($"{options.ImgShrink} write {source} {device} --yes --expand none --json > written.json && sync {device}");
            long written = (Sectors(device, 6) - before) * 512;
            long used = UsedIn(InFolder("written.json"));
            text.Append($"| ImgShrink, write of {name} | {Mega(used)} | {Mega(written)} | {(double)written / used:0.000} |\n");
        }

        return text.Append('\n').ToString();
    }

    /// <summary>What the file systems of a report say is in use: here zeros count, which have to be written, too.</summary>
    private static long UsedIn(string report)
    {
        using FileStream json = File.OpenRead(report);
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("partitions").EnumerateArray().Sum(each => each.GetProperty("usedBytes").GetInt64());
    }

    private string Attach(string file)
    {
        string device = Path.GetRandomFileName() + ".device";
        Run($"losetup --find --show --direct-io=on {file} > {device}");
        _devices.Add(File.ReadAllText(InFolder(device)).Trim());
        return _devices[^1];
    }

    private static long Sectors(string device, int field) => long.Parse(
        File.ReadAllText(SysFile(device, "stat")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[field], CultureInfo.InvariantCulture);

    private static string SysFile(string device, string name) => $"/sys/block/{device["/dev/".Length..]}/{name}";

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt((values.Count() - 1) / 2);

    private Measurement Run(string commandLine) => MeasuredShell.Run($"cd '{folder}' && {commandLine}");

    private string InFolder(string file) => Path.Combine(folder, file);

    private static string Mega(long bytes) => $"{bytes / 1e6:0}";
}
