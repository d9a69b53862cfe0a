using System.Runtime.CompilerServices;

namespace ImgShrink.Cli.Tests;

/// <summary>The files that these tests were built from: goldens to write anew, and documents that are checked.</summary>
internal static class SourceTree
{
    /// <summary>The full path of what lies below the root of the repository.</summary>
    public static string PathOf(params ReadOnlySpan<string> below) => Path.Combine([Root(), .. below]);

    private static string Root([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
