namespace ImgShrink.OracleTests;

/// <summary>Whether this machine can ask the real tools; where it must (CI on Linux), a missing one fails the test.</summary>
internal static class Oracle
{
    private static readonly string[] _folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];

    private static bool MustRun => OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Why a test that needs root and these tools is left out; null when it is to run.</summary>
    public static string? WhyNot(params string[] tools)
    {
        if (MustRun)
            return null;
        if (!OperatingSystem.IsLinux())
            return "needs the tools of a Linux machine";
        if (!Environment.IsPrivilegedProcess)
            return "needs root, to mount images";
        string[] missing = [.. tools.Where(tool => !_folders.Any(folder => File.Exists(Path.Combine(folder, tool))))];
        return missing is [] ? null : $"not installed: {string.Join(", ", missing)}";
    }

    /// <summary>Why a test that boots a card is left out; null when it is to run.</summary>
    public static string? WhyNotBoot() => WhyNot("e2fsck", "mke2fs", "sfdisk", "mcopy", "python3", "setfacl", "setfattr")
        ?? (MustRun || Lab.IsReady ? null : $"there is no lab in {Lab.Folder}; run tests/lab/make-guest-root.sh, make-lab.sh and make-small-root.sh");

    /// <summary>Why a test of the program for Windows is left out; null when it is to run.</summary>
    public static string? WhyNotWindows() => WhyNot("zstd", "sfdisk", "e2fsck")
        ?? (MustRun || Lab.HasWindows ? null
            : $"there is no Windows in {Lab.Folder}, or no {Lab.WindowsProgram}; run tests/lab/make-windows.sh and ./build.sh publish");
}

/// <summary>A test of the program for Windows in the lab; left out loudly where there is none, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WindowsFactAttribute : FactAttribute
{
    /// <summary>A test that needs the Windows of the lab.</summary>
    public WindowsFactAttribute() => Skip = Oracle.WhyNotWindows();
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WindowsTheoryAttribute : TheoryAttribute
{
    /// <summary>A test that needs the Windows of the lab.</summary>
    public WindowsTheoryAttribute() => Skip = Oracle.WhyNotWindows();
}

/// <summary>A test that asks real tools, as root; left out loudly where they are missing, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OracleFactAttribute : FactAttribute
{
    /// <summary>A test that needs <paramref name="tools"/>.</summary>
    public OracleFactAttribute(params string[] tools) => Skip = Oracle.WhyNot(tools);
}

/// <summary>A test with data that boots cards in the lab; left out loudly where there is none, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BootTheoryAttribute : TheoryAttribute
{
    /// <summary>A test that needs the lab.</summary>
    public BootTheoryAttribute() => Skip = Oracle.WhyNotBoot();
}
