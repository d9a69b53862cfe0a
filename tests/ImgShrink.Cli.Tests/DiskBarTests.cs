using ImgShrink.Cli.Text;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Tests;

/// <summary>The disk as a line of cells.</summary>
public class DiskBarTests
{
    [Fact]
    public void Partitions_are_to_scale_and_show_what_is_in_use() => Assert.Equal(
        """
          [  #####..............##################                                     ]
             1                  2

        """.ReplaceLineEndings(),
        Drawn(100, Partition(1, 2, 25, used: 6), Partition(2, 27, 24, used: 24)).ReplaceLineEndings());

    [Fact]
    public void The_smallest_partition_has_a_cell_and_the_line_its_width()
    {
        string drawn = Drawn(1_000_000,
            Partition(1, 10, 1, used: 1), Partition(2, 11, 1, used: 0), Partition(3, 12, 999_980, used: 1));
        Assert.StartsWith("  [#.#.", drawn);
        Assert.Equal(80, drawn.ReplaceLineEndings("\n").Split('\n')[0].Length);
        Assert.Equal("   1 3", drawn.ReplaceLineEndings("\n").Split('\n')[1]);
    }

    [Fact]
    public void Many_partitions_have_a_cell_each()
    {
        PartitionReport[] many = [.. Enumerable.Range(1, 90).Select(each => Partition(each, each * 10, 10, used: 10))];
        Assert.StartsWith($"  [ {new string('#', 90)} ]", Drawn(1000, many));
    }

    [Fact]
    public void A_bare_volume_has_no_number() =>
        Assert.Equal($"  [{new string('#', 38)}{new string('.', 38)}]", Drawn(10, Partition(0, 0, 10, used: 5)).TrimEnd());

    private static PartitionReport Partition(int number, long start, long bytes, long used) => new(
        number, start, bytes, "0x83", "ext4", null, null, null, used, bytes - used, null, null, null, null, null);

    private static string Drawn(long disk, params PartitionReport[] partitions)
    {
        var text = new StringWriter();
        DiskBar.Write(disk, partitions, text);
        return text.ToString();
    }
}
