using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices;

namespace ImgShrink.Pipeline;

/// <summary>Which file a shrink writes, and in which format.</summary>
public sealed record OutputName(string Path, IContainer Format)
{
    /// <summary>
    /// The output that was named, or <c>card.shrunk.img.zst</c> beside <c>card.img</c>; for a drive, <c>sdb.shrunk.img.zst</c>
    /// in the current folder.
    /// </summary>
    /// <exception cref="AccessException">
    /// The output is the source, a folder or a device, or the source is a folder.
    /// </exception>
    public static OutputName Of(ShrinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isDevice = Drives.IsDevice(options.Source);
        string source = isDevice ? options.Source : System.IO.Path.GetFullPath(options.Source);
        if (!isDevice && Directory.Exists(source))
            throw new AccessException($"{options.Source} is a folder; name an image file in it.");
        IContainer format = FormatOf(options);
        string path = options.Output is null
            ? System.IO.Path.Combine(
                isDevice ? Environment.CurrentDirectory : System.IO.Path.GetDirectoryName(source)!,
                (isDevice ? Drives.FileNameOf(source) : BareName(source))
                    + ".shrunk" + format.Extension)
            : System.IO.Path.GetFullPath(options.Output);
        if (Directory.Exists(path))
            throw new AccessException($"{path} is a folder; name the file to write.");
        if (IsDevice(path))
            throw new AccessException($"{path} is the name of a device; name a file to write.");
        if (isDevice && Drives.Find(source) is { } drive && Drives.HoldsFile(drive, System.IO.Path.GetDirectoryName(path)!))
            throw new AccessException($"The output {path} would lie on {source}, which is to be read; name a place elsewhere.");
        if (!isDevice && IsSameFile(path, source))
            throw new AccessException($"The output {path} is the source itself; name another file.");
        return new OutputName(path, format);
    }

    /// <summary>The format that was asked for, by name or by the name of the output.</summary>
    public static IContainer FormatOf(ShrinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Format ?? (options.Output is null ? ContainerFormats.Default : ContainerFormats.ForPath(options.Output));
    }

    /// <summary>The name of a source without what it is packed in and without ".img": "card" of "card.img.xz".</summary>
    private static string BareName(string source)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(source);
        bool isPacked = System.IO.Path.GetExtension(source).ToUpperInvariant()
            is ".ZST" or ".ZSTD" or ".XZ" or ".GZ" or ".BZ2" or ".ZIP";
        return isPacked && name.EndsWith(".img", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }

    /// <summary>Whether a new file of this name would take the place of a device.</summary>
    private static bool IsDevice(string path) => OperatingSystem.IsWindows()
        ? path.StartsWith(@"\\.\", StringComparison.Ordinal)
        : path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static bool IsSameFile(string left, string right)
    {
        StringComparison comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal
            : StringComparison.OrdinalIgnoreCase;
        return Resolve(left).Equals(Resolve(right), comparison)
            || (FileIdentity.Of(left) is { Number: not 0 } file && file == FileIdentity.Of(right)); // Some servers number no files.
    }

    /// <summary>
    /// The path with every link on it followed, those of folders too; what does not exist stays as it is.
    /// </summary>
    internal static string Resolve(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is not { } folder)
            return path;
        string here = System.IO.Path.Combine(Resolve(folder), System.IO.Path.GetFileName(path));
        FileSystemInfo? target = File.Exists(here) ? File.ResolveLinkTarget(here, returnFinalTarget: false)
            : Directory.Exists(here) ? Directory.ResolveLinkTarget(here, returnFinalTarget: false)
            : null;
        return target is null ? here : Resolve(target.FullName);
    }
}
