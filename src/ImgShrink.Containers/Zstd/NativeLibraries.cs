using System.Reflection;
using System.Runtime.InteropServices;

namespace ImgShrink.Containers.Zstd;

/// <summary>Finds the compression libraries: the system's on Linux and macOS, our own copy on Windows.</summary>
internal static class NativeLibraries
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        [LibZstd.Name] = OperatingSystem.IsWindows()
            ? [Beside("libzstd.dll"), Beside(Path.Combine("runtimes", "win-x64", "native", "libzstd.dll"))]
            : OperatingSystem.IsMacOS()
            ? ["libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib",
                "/opt/local/lib/libzstd.1.dylib"]
            : ["libzstd.so.1"],
    };

    /// <summary>
    /// Makes the imports of this assembly look in the right places; once, before the first import is called.
    /// </summary>
    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Load);

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

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
