using System.Reflection;
using System.Runtime.InteropServices;
using ImgShrink.Blocks;
using ImgShrink.Containers.Xz;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers;

/// <summary>Finds the compression libraries: the system's on Linux and macOS, our own copy on Windows.</summary>
internal static class NativeLibraries
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        [LibZstd.Name] = PlacesOf("libzstd.dll", "libzstd.1.dylib", "libzstd.so.1"),
        [LibLzma.Name] = PlacesOf("liblzma.dll", "liblzma.5.dylib", "liblzma.so.5"),
    };

    private static readonly Lock Registering = new();
    private static bool s_registered;

    /// <summary>
    /// Makes the imports of this assembly look in the right places; before the first import is called.
    /// </summary>
    public static void Register()
    {
        lock (Registering)
        {
            if (!s_registered)
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Load);
            s_registered = true;
        }
    }

    /// <summary>Throws, with what to do about it, where a library is missing.</summary>
    /// <param name="call">Calls any function of it.</param>
    /// <param name="library">Its name: "libzstd".</param>
    /// <param name="package">What to install: of Homebrew and of Debian.</param>
    /// <param name="formats">The formats that need it.</param>
    /// <exception cref="AccessException">It cannot be loaded.</exception>
    public static void ThrowIfMissing(
        Action call, string library, (string Homebrew, string Debian) package, params string[] formats)
    {
        try
        {
            call();
        }
        catch (Exception cause) when (
            cause is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            string install = OperatingSystem.IsWindows()
                ? $"put {library}.dll (64-bit) beside imgshrink.exe"
                : OperatingSystem.IsMacOS() ? $"install it: brew install {package.Homebrew}"
                    : $"install it: apt install {package.Debian} (or your system's package of that library)";
            IEnumerable<string> others = ContainerFormats.All.Select(format => format.Name).Except(formats);
            throw new AccessException(
                $"The library {library}, which {string.Join(" and ", formats.Select(format => "." + format))} files need, cannot be loaded; {install}. "
                + $"These formats work without it: {string.Join(", ", others)}.", cause);
        }
    }

    /// <summary>The error for a library that gets no memory.</summary>
    /// <param name="format">The format that needs it: "zst".</param>
    public static NotEnoughSpaceException OutOfMemory(string format) => new(
        $"There is not enough memory to compress or decode .{format}; use fewer --threads or a lower --level.");

    private static string[] PlacesOf(string windows, string macOs, string linux) =>
        OperatingSystem.IsWindows() ? [Beside(windows), Beside(Path.Combine("runtimes", WindowsRuntime, "native", windows)), .. Unpacked(windows)]
        : OperatingSystem.IsMacOS() ? [macOs, "/opt/homebrew/lib/" + macOs, "/usr/local/lib/" + macOs, "/opt/local/lib/" + macOs]
        : [linux];

    private static string WindowsRuntime =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "win-arm64" : "win-x64";

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    // A program that is one file has the runtime unpack its libraries, and is told where to.
    private static IEnumerable<string> Unpacked(string file) =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file));

    private static nint Load(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (!Names.TryGetValue(name, out string[]? places))
            return 0; // A library of the system; the runtime finds it.
        foreach (string place in places)
        {
            if (NativeLibrary.TryLoad(place, assembly, search, out nint library))
                return library;
        }

        return 0;
    }
}
