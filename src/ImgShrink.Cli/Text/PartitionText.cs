using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The partitions, a line each.</summary>
internal static class PartitionText
{
    public static void Write(IReadOnlyList<PartitionReport> partitions, TextWriter into)
    {
        foreach (PartitionReport each in partitions)
        {
            string name = each.Number == 0 ? "volume" : $"{each.Number}";
            string sizes = each.FileSystem == "unknown" ? "all of it counts as data"
                : $"{SizeText.Of(each.UsedBytes)} used";
            string change = each.ShrunkBytes is long shrunk ? $" -> {SizeText.Of(shrunk)}"
                : each.MinimumBytes is long minimum ? $", can be shrunk to {SizeText.Of(minimum)}"
                : "";
            into.WriteLine($"  {name,-3} {each.FileSystem,-8} {PrintableText.OfLine(each.Label ?? ""),-12} {SizeText.Of(each.Bytes),9}, {sizes}{change}");
            if (each.Recovery is { } recovery)
                into.WriteLine($"      {RecoveryText.Of(recovery)}");
        }
    }
}
