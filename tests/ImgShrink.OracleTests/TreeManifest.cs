namespace ImgShrink.OracleTests;

/// <summary>Everything about every object of a volume, as the kernel sees it; see manifest.py.</summary>
internal static class TreeManifest
{
    /// <summary>One line an object of the root volume, ascending by path.</summary>
    public static string[] OfRoot(string image)
    {
        CardTable table = CardTable.Of(image);
        return Shell.Need(Lab.Script("manifest.sh"), image, $"{table.RootStart}", $"{table.RootBytes}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Fails the test with the first lines that differ.</summary>
    public static void ExpectSame(string[] before, string[] after)
    {
        string[] lost = [.. before.Except(after).Take(5)];
        string[] changed = [.. after.Except(before).Take(5)];
        Assert.True(
            lost.Length + changed.Length == 0 && before.Length == after.Length,
            $"The volume holds something else than before, such as\n{string.Join('\n', lost)}\nwhich is now\n{string.Join('\n', changed)}");
    }
}
