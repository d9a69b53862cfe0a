using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ImgShrink.Bench;

/// <summary>Runs command lines by /bin/sh and measures them, with all processes that they start. Linux only.</summary>
/// <remarks>
/// A process that has ended, and that nobody has waited for, still has its counters of input and output; those of its own
/// children were added to them. So it is waited for twice: once to know that it has ended, and once to let it go.
/// </remarks>
internal static unsafe partial class MeasuredShell
{
    private const int ByProcess = 1; // P_PID
    private const int Ended = 4, Stays = 0x01000000; // WEXITED, WNOWAIT
    private const int SignalDetailsSize = 128; // siginfo_t

    /// <summary>Runs a command line; what it prints is thrown away, unless it fails.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static Measurement Run(string commandLine)
    {
        string log = Path.GetTempFileName();
        try
        {
            long started = Stopwatch.GetTimestamp();
            int process = Start($"{{ {commandLine}; }} >'{log}' 2>&1");
            byte* details = stackalloc byte[SignalDetailsSize];
            Require(WaitForId(ByProcess, process, details, Ended | Stays) == 0, "waitid");
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Dictionary<string, long> io = File.ReadLines($"/proc/{process}/io").Select(line => line.Split(": "))
                .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
            int status;
            Usage usage;
            Require(Wait(process, &status, 0, &usage) == process, "wait4");
            return status == 0
                ? new Measurement(seconds, usage.CpuSeconds, usage.PeakKibibytes * 1024, io["rchar"], io["wchar"])
                : throw new InvalidOperationException(
                    $"{commandLine}\nended with status 0x{status:X}:\n{File.ReadAllText(log)}");
        }
        finally
        {
            File.Delete(log);
        }
    }

    private static int Start(string commandLine)
    {
        nint[] arguments = Texts(["sh", "-c", commandLine]);
        nint[] environment = Texts(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(
            variable => $"{variable.Key}={variable.Value}"));
        int process;
        Require(Spawn(&process, "/bin/sh", 0, 0, arguments, environment) == 0, "posix_spawn");
        foreach (nint text in arguments.Concat(environment))
            Marshal.FreeCoTaskMem(text);
        return process;
    }

    /// <summary>A list of texts as C has them; a null pointer ends it.</summary>
    private static nint[] Texts(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Require(bool done, string call)
    {
        if (!done)
            throw new InvalidOperationException($"{call} failed.");
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(
        int* process, string path, nint actions, nint attributes, nint[] arguments, nint[] environment);

    [LibraryImport("libc", EntryPoint = "waitid")]
    private static partial int WaitForId(int kind, int process, byte* details, int options);

    [LibraryImport("libc", EntryPoint = "wait4")]
    private static partial int Wait(int process, int* status, int options, Usage* usage);

    /// <summary>struct rusage of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Usage
    {
        public long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds, PeakKibibytes;
        public fixed long Others[13];

        public readonly double CpuSeconds => UserSeconds + SystemSeconds + (UserMicroseconds + SystemMicroseconds) / 1e6;
    }
}
