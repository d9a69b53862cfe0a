using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using ImgShrink.Blocks;
using ImgShrink.Devices;

namespace ImgShrink.Cli;

/// <summary>A file that takes down what a run says, a line with its time, and how the run ended; run after run.</summary>
/// <remarks>
/// It is opened with its first line, so that a run that only starts an elevated one leaves it alone. Any thread may write;
/// a line that is written as one stays one.
/// </remarks>
/// <param name="path">The file. One that is no log is never written to.</param>
internal sealed class RunLog(string path) : TextWriter
{
    /// <summary>What a log begins with.</summary>
    public const string Mark = "imgshrink log";

    private readonly Lock _lock = new();
    private readonly StringBuilder _line = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private StreamWriter? _file;
    private bool _isBroken;

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    /// <exception cref="AccessException">The file cannot be written; said once, and what follows is left out.</exception>
    public override void Write(char value)
    {
        lock (_lock)
        {
            if (value == '\n')
                EndLine();
            else if (value != '\r')
                _line.Append(value);
        }
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value)
    {
        lock (_lock)
            base.WriteLine(value);
    }

    /// <summary>Opens the file: better before the work than in the middle of it.</summary>
    /// <exception cref="AccessException">The file cannot be written.</exception>
    public void Begin() => Put(line: null);

    /// <summary>Takes down how the run ended, where anything was taken down before.</summary>
    public void End(int exitCode)
    {
        if (_file is not null)
            WriteLine($"Ended with exit code {exitCode} after {Stopwatch.GetElapsedTime(_started).TotalSeconds:0.0} s.");
    }

    /// <summary>Takes down why the run failed, with all that is known about it.</summary>
    /// <remarks>A log that cannot be written does not hide the failure, which has been told on stderr.</remarks>
    public void Fail(string message, Exception? error, int exitCode)
    {
        try
        {
            WriteLine($"imgshrink: {message}");
            if (error is not null)
                WriteLine(error.ToString());
            End(exitCode);
        }
        catch (AccessException)
        {
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file?.Dispose();
        base.Dispose(disposing);
    }

    private void EndLine()
    {
        string text = _line.ToString();
        _line.Clear();
        Put(text);
    }

    private void Put(string? line)
    {
        if (_isBroken)
            return;
        try
        {
            _file ??= Open();
            if (line is not null)
                Put(_file, line);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            throw new AccessException($"The log {path} cannot be written: {denied.Message}", denied);
        }
    }

    private StreamWriter Open()
    {
        if (Drives.IsDevice(path))
            throw new IOException("It is a device.");
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Span<byte> mark = stackalloc byte[Mark.Length];
        bool isNew = stream.Length == 0;
        if (!isNew && (stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false) < mark.Length || !mark.SequenceEqual(Encoding.UTF8.GetBytes(Mark))))
        {
            stream.Dispose();
            throw new IOException("It is another file, and no log of imgshrink; name a new one.");
        }

        stream.Seek(0, SeekOrigin.End);
        var file = new StreamWriter(stream) { AutoFlush = true };
        if (isNew)
            file.WriteLine(Mark);
        string version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Put(file, $"imgshrink {version} on {System.Runtime.InteropServices.RuntimeInformation.OSDescription}: {string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quoted))}");
        return file;
    }

    // Every line has its time, also those of a text of several.
    private static void Put(StreamWriter file, string line) =>
        file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff zzz}  {line}"));

    private static string Quoted(string argument) => argument.Contains(' ') || argument.Length == 0 ? $"\"{argument}\"" : argument;
}
