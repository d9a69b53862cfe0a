using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using ImgShrink.Blocks;

namespace ImgShrink.Cli;

/// <summary>Runs the program once more, with the rights that devices need.</summary>
/// <remarks>Windows gives it a window of its own, whose output cannot be passed on; sudo keeps the terminal.</remarks>
internal static class Elevation
{
    /// <summary>Of the elevated run: the folder that names of files start from, since Windows starts it elsewhere.</summary>
    public const string FolderOption = "--elevated-in";

    private const int RefusedByUser = 1223; // ERROR_CANCELLED

    private static readonly Option<bool> Ask = new("--elevate")
    {
        Description = "Ask for administrator rights (on Windows in a new window, elsewhere with sudo) and go on with them.",
    };

    private static readonly Option<string> Folder = new(FolderOption) { Hidden = true };

    public static void AddTo(Command command)
    {
        command.Options.Add(Ask);
        command.Options.Add(Folder);
    }

    /// <summary>The exit code of the elevated run; null where none was asked for, or this one has the rights.</summary>
    /// <exception cref="AccessException">The rights were not given.</exception>
    public static int? Relaunch(ParseResult parsed)
    {
        if (!parsed.GetValue(Ask) || Environment.IsPrivilegedProcess)
            return null;
        ProcessStartInfo start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = true, Verb = "runas" }
            : new ProcessStartInfo("sudo") { ArgumentList = { Environment.ProcessPath! } };
        foreach (string argument in Arguments())
            start.ArgumentList.Add(argument);
        if (OperatingSystem.IsWindows())
        {
            start.ArgumentList.Add(FolderOption);
            start.ArgumentList.Add(Environment.CurrentDirectory);
        }

        try
        {
            using Process elevated = Process.Start(start)!;
            elevated.WaitForExit();
            return elevated.ExitCode;
        }
        catch (Win32Exception refused)
        {
            throw new AccessException(refused.NativeErrorCode == RefusedByUser
                ? "Windows was not allowed to give administrator rights, so nothing was done."
                : $"The program cannot be started with more rights: {refused.Message}", refused);
        }
    }

    private static IEnumerable<string> Arguments()
    {
        string[] all = Environment.GetCommandLineArgs();
        // When dotnet runs the program, the program's own file is the first of its arguments.
        bool isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        return (isHosted ? all : all[1..]).Where(each => each != Ask.Name);
    }
}
