using ImgShrink.Blocks;
using ImgShrink.Containers;

namespace ImgShrink.Pipeline;

/// <summary>Which file a shrink writes, and in which format.</summary>
public sealed record OutputName(string Path, IContainer Format)
{
    /// <summary>The output that was named, or <c>card.shrunk.img.zst</c> beside <c>card.img</c>.</summary>
    /// <exception cref="AccessException">The output is the source.</exception>
    public static OutputName Of(ShrinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Source.Length == 0 || options.Output?.Length == 0)
            throw new AccessException("A file has no name: the path is empty.");
        string source = System.IO.Path.GetFullPath(options.Source);
        if (Directory.Exists(source))
            throw new AccessException($"{source} is a folder; name an image file in it.");
        IContainer format = options.Format
            ?? (options.Output is null ? ContainerFormats.Default : ContainerFormats.ForPath(options.Output));
        string path = options.Output is null
            ? System.IO.Path.Combine(
                System.IO.Path.GetDirectoryName(source)!,
                System.IO.Path.GetFileNameWithoutExtension(source) + ".shrunk" + format.Extension)
            : System.IO.Path.GetFullPath(options.Output);
        if (Directory.Exists(path))
            throw new AccessException($"{path} is a folder; name the file to write.");
        if (IsSameFile(path, source))
            throw new AccessException($"The output {path} is the source itself; name another file.");
        return new OutputName(path, format);
    }

    private static bool IsSameFile(string left, string right)
    {
        StringComparison comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return Resolve(left).Equals(Resolve(right), comparison);
    }

    private static string Resolve(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;
}
