namespace ImgShrink.Testing;

/// <summary>A file as a block device of Linux: the card of the tests.</summary>
public sealed class LoopDevice : IDisposable
{
    private LoopDevice(string path) => Path = path;

    /// <summary>Its name: "/dev/loop3".</summary>
    public string Path { get; }

    /// <summary>Bytes read from it so far, as the kernel counts them.</summary>
    public long BytesRead => Statistic(2) * 512;

    /// <summary>Bytes written to it so far, as the kernel counts them.</summary>
    public long BytesWritten => Statistic(6) * 512;

    /// <summary>Why there can be none; null on Linux as root. Says so on the console, and fails where CI must not skip.</summary>
    public static string? WhyNot()
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && !Tool.IsMissing("losetup"))
            return null;
        const string why = "SKIPPED: a loop device needs Linux, root, and losetup";
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CI") == "true")
            throw new InvalidOperationException(why);
        Console.WriteLine(why);
        return why;
    }

    /// <summary>Makes one over a file.</summary>
    /// <param name="file">The file; it keeps its length.</param>
    /// <param name="options">Further options of losetup: "--read-only", "--direct-io=on".</param>
    public static LoopDevice Over(string file, params string[] options) =>
        new(Tool.Need("losetup", ["--find", "--show", .. options, file]).Trim());

    /// <inheritdoc/>
    public void Dispose() => Tool.Run("losetup", "--detach", Path);

    // Documentation/block/stat.rst: reads completed, merged, sectors; ticks; the same of writes.
    private long Statistic(int field) => long.Parse(
        File.ReadAllText($"/sys/block/{Path["/dev/".Length..]}/stat").Split(' ', StringSplitOptions.RemoveEmptyEntries)[field]);
}
