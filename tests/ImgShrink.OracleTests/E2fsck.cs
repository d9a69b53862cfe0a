namespace ImgShrink.OracleTests;

/// <summary>The reference checker of ext file systems.</summary>
internal static class E2fsck
{
    /// <summary>Whether e2fsck -fn has nothing to say of the volume at <paramref name="start"/> but its closing summary.</summary>
    /// <remarks>Its exit code alone would miss what it mentions and does not count as an error.</remarks>
    public static bool IsSilent(string image, long start, out string said)
    {
        (int code, said) = Shell.Run("e2fsck", "-fn", $"{image}?offset={start}");
        string[] remarks = [.. said.Split('\n').Select(line => line.TrimEnd('\r'))
            .Where(line => line.Length > 0 && !line.StartsWith("Pass ") && !line.StartsWith("e2fsck "))];
        return code == 0 && remarks is [var summary] && summary.Contains(" files (") && summary.EndsWith(" blocks");
    }

    /// <summary>Fails the test with what e2fsck said, unless it is silent.</summary>
    public static void ExpectSilence(string image, long start) => Assert.True(IsSilent(image, start, out string said), said);
}
