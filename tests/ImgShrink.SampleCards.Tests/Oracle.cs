using ImgShrink.Testing;

namespace ImgShrink.SampleCards.Tests;

/// <summary>What the real tools say about a volume that was made here.</summary>
internal static class Oracle
{
    /// <summary>e2fsck must print its version, the passes and the summary, and nothing else: rc 0 alone hides complaints.</summary>
    public static void E2fsckIsSilent(string volume, params string[] options)
    {
        ToolResult check = Tool.Run("e2fsck", ["-fn", .. options, volume]);
        string[] said = [.. check.Output.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("Pass ") && !line.StartsWith("e2fsck "))];
        Assert.True(check.ExitCode == 0 && said.Length == 1 && said[0].Contains(" files ("), check.Output);
    }

    /// <summary>fsck.fat prints two lines when all is well.</summary>
    public static void FsckFatIsSilent(string volume)
    {
        ToolResult check = Tool.Run("fsck.fat", "-n", volume);
        Assert.True(check.ExitCode == 0 && check.Output.TrimEnd().Split('\n').Length == 2, check.Output);
    }

    /// <summary>Whether a test has to be left out because only root may mount; says so in the test's output.</summary>
    public static bool SkipUnlessRoot(Action<string> writeLine)
    {
        if (Environment.IsPrivilegedProcess)
            return false;
        writeLine("SKIPPED: only root may mount");
        return true;
    }
}
