using System.Diagnostics;
using System.Text;

namespace ImgShrink.OracleTests;

/// <summary>Runs the real tools and the lab's scripts.</summary>
internal static class Shell
{
    /// <summary>Longer than any step takes; a tool that waits for something is ended then.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(15);

    /// <summary>Runs a program to its end; its output and its messages come in one text, as they came.</summary>
    public static (int ExitCode, string Said) Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        var said = new StringBuilder();
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (said)
                said.AppendLine(line.Data);
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {_patience}. It said:\n{said}");
        }

        process.WaitForExit(); // Until all output has come.
        return (process.ExitCode, said.ToString());
    }

    /// <summary>As <see cref="Run"/>; a step that fails fails the test, with all that it said.</summary>
    public static string Need(string program, params string[] arguments)
    {
        (int code, string said) = Run(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{said}");
        return said;
    }

    /// <summary>Starts a program in the language of the tests, with nothing to read.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
