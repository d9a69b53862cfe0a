using System.Runtime.InteropServices;

namespace ImgShrink.Cli;

/// <summary>A window that Windows opened for this run alone: it starts in the right folder, and stays until it has been read.</summary>
/// <remarks>
/// So begins a run with more rights, and one from Explorer, where the program was opened or an image was dropped on it.
/// A planned task has such a window, too, which nobody sees; so nothing but these may wait in it for a key.
/// </remarks>
internal sealed partial class OwnWindow : IDisposable
{
    private OwnWindow()
    {
    }

    /// <summary>The window, where the arguments say that there is one.</summary>
    public static OwnWindow? Of(string[] args)
    {
        int option = Array.IndexOf(args, Elevation.FolderOption);
        if (option >= 0 && option + 1 < args.Length && Directory.Exists(args[option + 1]))
        {
            Environment.CurrentDirectory = args[option + 1];
            return new OwnWindow();
        }

        bool isFromExplorer = args is [] || (args is [var dropped] && File.Exists(dropped));
        return isFromExplorer && OperatingSystem.IsWindows() && !Console.IsInputRedirected && IsAlone() ? new OwnWindow() : null;
    }

    public void Dispose()
    {
        Console.Error.Write("Press Enter to close this window. ");
        _ = Console.In.ReadLine();
    }

    /// <summary>Whether no shell is at the console that this run has.</summary>
    private static bool IsAlone()
    {
        uint first = 0;
        return GetConsoleProcessList(ref first, 1) == 1;
    }

    [LibraryImport("kernel32.dll")]
    private static partial uint GetConsoleProcessList(ref uint first, uint capacity);
}
