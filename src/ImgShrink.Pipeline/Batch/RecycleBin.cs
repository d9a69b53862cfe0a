using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Where the system keeps files that were thrown away and may be wanted back: the recycle bin, or the trash.</summary>
/// <remarks>A file goes in whole, by a rename, or stays where it is; it is never copied, and never deleted for want of room.</remarks>
internal static partial class RecycleBin
{
    /// <summary>Makes sure that a file can be thrown away later, as far as that can be known before.</summary>
    /// <exception cref="AccessException">The system has no recycle bin for it.</exception>
    public static void RequireFor(string path)
    {
        if (OperatingSystem.IsWindows())
            RequireOnWindows(Path.GetFullPath(path));
    }

    /// <summary>Throws a file away.</summary>
    /// <exception cref="IOException">The system does not take it; it is where it was.</exception>
    public static void Take(string path)
    {
        if (OperatingSystem.IsWindows())
            TakeOnWindows(Path.GetFullPath(path));
        else
            TakeOnUnix(OutputName.Resolve(Path.GetFullPath(path)));
    }
}
