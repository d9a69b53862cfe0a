using System.CommandLine;
using ImgShrink.Containers;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary>Options that say how an output is written: format, compression, proof.</summary>
internal static class OutputOptions
{
    private const int MostThreads = 64;
    private static readonly string[] s_otherContainers = [".bz2", ".7z", ".lz4", ".vhd", ".vhdx", ".qcow2", ".vmdk"];

    private static readonly Option<string?> Format = new(
        "--format") { HelpName = "raw|zst|xz|gz|zip",
            Description = "Format of the output; by default its extension decides, else zst." };
    private static readonly Option<string?> Level = new(
        "--level") { HelpName = "n", Description = "Compression level (zst: 1 to 19, default 3; xz: 0 to 9, gz and zip: 1 to 9, default 6)." };
    private static readonly Option<string?> Threads = new(
        "--threads") { HelpName = "n", Description = "Threads to use; by default one a core." };
    private static readonly Option<string?> Memory = new(
        "--memory") { HelpName = "size",
            Description = "Memory that the compression may take, which bounds the threads; by default half of what there is." };
    private static readonly Option<bool> Seekable = new(
        "--seekable") { Description = "zst: many frames with a table, so that parts can be read alone; some flashing tools show a wrong size." };
    private static readonly Option<bool> Bmap = new(
        "--bmap") { Description = "Write a .bmap beside the output: with it, bmaptool writes only what is in use, and checks it." };
    private static readonly Option<bool> Manifest = new(
        "--manifest") { Description = "Write a .rpi-imager-manifest beside the output: opened with Raspberry Pi Imager, it offers the output." };
    private static readonly Option<bool> ChecksumFile = new(
        "--sha256") { Description = "Write a .sha256 beside the output, for sha256sum -c." };

    /// <summary>Those that say how the image is packed.</summary>
    public static IReadOnlyList<Option> Packing => [Format, Level, Threads, Memory, Seekable];

    /// <summary>Those that ask for files beside the output.</summary>
    public static IReadOnlyList<Option> Beside => [Bmap, Manifest, ChecksumFile];

    /// <summary>Adds what they say to the options of a job, which name its source and output.</summary>
    public static ShrinkOptions AddTo(ShrinkOptions options, ParseResult parsed)
    {
        ShrinkOptions complete = options with
        {
            Format = parsed.GetValue(Format) is string name ? FormatOf(name) : null,
            Compression = new ContainerOptions(
                OptionValue.NumberOf("--level", parsed.GetValue(Level)),
                OptionValue.NumberOf("--threads", parsed.GetValue(Threads)),
                parsed.GetValue(Memory) is string memory ? OptionValue.BytesOf("--memory", memory) : null,
                Seekable: parsed.GetValue(Seekable)),
            Bmap = parsed.GetValue(Bmap),
            Manifest = parsed.GetValue(Manifest),
            ChecksumFile = parsed.GetValue(ChecksumFile),
            Verify = CommonOptions.IsVerified(parsed),
            Overwrite = parsed.GetValue(CommonOptions.Force),
        };
        RequireSensible(complete);
        return complete;
    }

    private static IContainer FormatOf(string name) => ContainerFormats.ByName(name) ?? throw new UsageException(
        $"There is no format '{name}'; there are {string.Join(", ", ContainerFormats.All.Select(each => each.Name))}.");

    private static void RequireSensible(ShrinkOptions options)
    {
        IContainer format = OutputName.FormatOf(options);
        LevelRange? levels = format.Levels;
        if (options.Compression.Level is int level
            && (levels is null || level < levels.Lowest || level > levels.Highest))
            throw new UsageException(levels is null ? "--level means nothing for a raw image."
                : $"--level takes {levels.Lowest} to {levels.Highest}, not {level}.");
        if (options.Compression.Seekable && format is not ZstdContainer)
            throw new UsageException($"--seekable is for zst, and the output is {format.Name}.");
        if (options.Compression.Threads is < 1 or > MostThreads)
            throw new UsageException($"--threads takes 1 to {MostThreads}, not {options.Compression.Threads}.");
        if (options.Format is null)
            ThrowIfNotWritten(options.Output, ", or choose with --format");
    }

    /// <summary>Throws where an output is named as a format that is not written.</summary>
    /// <exception cref="UsageException">It is.</exception>
    public static void ThrowIfNotWritten(string? output, string orElse = "")
    {
        if (Path.GetExtension(output)?.ToLowerInvariant() is string extension && s_otherContainers.Contains(extension))
            throw new UsageException(
                $"'{extension}' files are not written; name the output .img, .img.zst, .img.xz, .img.gz or .img.zip{orElse}.");
    }
}
