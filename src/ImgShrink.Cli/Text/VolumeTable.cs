using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Text;

/// <summary>The partitions of an image as a table: what each holds, and how small it can get.</summary>
internal static class VolumeTable
{
    public static void Write(IReadOnlyList<PartitionReport> partitions, TextWriter into)
    {
        into.WriteLine($"  {"",-3} {"",-8} {"",-12} {"size",9} {"used",9} {"free",9}  can be");
        foreach (PartitionReport each in partitions)
        {
            string name = each.Number == 0 ? "" : $"{each.Number}";
            bool isKnown = each.FileSystem != "unknown";
            string free = isKnown ? SizeText.Of(each.FreeBytes) : "?";
            string smallest = each.MinimumBytes is long minimum ? SizeText.Of(minimum) : "as it is";
            into.WriteLine($"  {name,-3} {each.FileSystem,-8} {PrintableText.OfLine(each.Label ?? ""),-12} {SizeText.Of(each.Bytes),9} {SizeText.Of(each.UsedBytes),9} {free,9}  {smallest}");
            if (each.Recovery is { } recovery)
                into.WriteLine($"      {RecoveryText.Of(recovery)}");
            if (each.Floor is { } floor)
                into.WriteLine($"      Smallest size: {FloorText.Of(floor)}");
        }
    }
}
