using System.CommandLine;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Containers;
using ImgShrink.FirstBoot;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink shrink</c>: an image in, a small one out.</summary>
internal static class ShrinkCommand
{
    private const long LargestExpansion = 1_000_000_000_000_000;

    private static readonly Argument<string> Source = CommandLine.PathArgument<string>(
        "source", "The card image: .img, .vhd, .vhdx, or packed as .zst, .xz, .gz, .bz2 or .zip; or a device.");
    private static readonly Argument<string?> Output = CommandLine.PathArgument<string?>(
        "output", "The file to write; by default card.img becomes card.shrunk.img.zst beside it.", optional: true);
    private static readonly Option<string?> Reserved = new(
        "--reserved") { HelpName = "percent",
            Description = "Share of the file system that only root may fill, 0% to 50%; by default as it was." };
    private static readonly Option<bool> TrimJournal = new(
        "--trim-journal") { Description = "Make the journal as short as it may be: saves up to 60 MB and more, but heavy writing gets slower." };
    private static readonly Option<string?> Only = new(
        "--only") { HelpName = "n", Description = "Shrink the volume in partition n; by default the one that gives most." };
    private static readonly Option<bool> All = new("--all") { Description = "Shrink every ext volume." };
    private static readonly Option<string> Expand = new(
        "--expand") { HelpName = "max|none|size|percent",
            Description = "How far the first boot grows the root: max (fill the card), none, a size, or a percentage of the card.", DefaultValueFactory = _ => "max" };
    private static readonly Option<bool> ExpandNative = new(
        "--expand-native") { Description = "Let Raspberry Pi OS grow in its own way on the first boot, where that still works; it restarts and may change ids and SSH keys." };
    private static readonly Option<bool> Generalize = new(
        "--generalize") { Description = "Take off what belongs to one machine only: SSH host keys (new ones are made on the first boot), machine id, Wi-Fi, leases, logs, histories. With --dry-run: list it." };
    private static readonly Option<bool> NoShrink = new(
        "--no-shrink") { Description = "Keep the sizes of all volumes; only skip free space." };
    private static readonly Option<bool> AllSectors = new(
        "--all-sectors") { Description = "Take every sector, free or not." };
    private static readonly Option<bool> InPlace = new(
        "--in-place") { Description = "Make the source itself small, where there is no room for a second file: raw images only. A journal beside it keeps it safe; after a power cut, the same command finishes." };

    public static Command Create(CancellationToken cancel)
    {
        var command = new Command("shrink", "Makes an image small. The source is never changed, but with --in-place.") { Source, Output };
        AddOptions(command);
        command.Options.Insert(command.Options.IndexOf(CommonOptions.DryRun), InPlace);
        command.SetAction(parsed => Run(InPlaceOf(
            OptionsOf(parsed, parsed.GetValue(Source)!, parsed.GetValue(Output)), parsed), ConsoleSettings.Of(parsed), cancel));
        return command;
    }

    /// <summary>Gives a command all the options of a shrink.</summary>
    public static void AddOptions(Command command)
    {
        Option[] options =
        [
            .. OutputOptions.Packing,
            SizeOptions.Free, SizeOptions.Size, SizeOptions.Fit,
            Reserved, TrimJournal, Only, All,
            Expand, ExpandNative, Generalize,
            NoShrink, AllSectors, CommonOptions.Salvage,
            .. OutputOptions.Beside, CommonOptions.Verify, CommonOptions.DryRun, CommonOptions.Force,
        ];
        foreach (Option option in options)
            command.Options.Add(option);
    }

    /// <summary>Runs a shrink with progress on stderr and the report on stdout.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="console">How much to say.</param>
    /// <param name="cancel">Ends the job.</param>
    /// <param name="ignoreReadErrors">Whether an image with zeros in the place of unreadable sectors is a success.</param>
    public static int Run(
        ShrinkOptions options, ConsoleSettings console, CancellationToken cancel, bool ignoreReadErrors = false)
    {
        ShrinkReport report = ProgressDisplay.Show(console, progress => ShrinkJob.Run(options, progress, cancel));
        console.Tell(report, ReportJson.Documents.ShrinkReport, ShrinkText.Write);
        return report.Unreadable is null || ignoreReadErrors ? ExitCodes.Done : ExitCodes.Access;
    }

    /// <summary>What the options of a command line ask for.</summary>
    public static ShrinkOptions OptionsOf(ParseResult parsed, string source, string? output)
    {
        var options = new ShrinkOptions
        {
            Source = source,
            Output = output,
            Room = SizeOptions.RoomOf(parsed),
            LargestImage = SizeOptions.LargestImageOf(parsed),
            ReservedShare = parsed.GetValue(Reserved) is string reserved ? ReserveOf(reserved) : null,
            TrimJournal = parsed.GetValue(TrimJournal),
            OnlyPartition = OptionValue.NumberOf("--only", parsed.GetValue(Only)),
            AllVolumes = parsed.GetValue(All),
            Expand = LimitOf(parsed.GetValue(Expand)!),
            ExpandNative = parsed.GetValue(ExpandNative),
            Generalize = parsed.GetValue(Generalize),
            KeepSizes = parsed.GetValue(NoShrink),
            AllSectors = parsed.GetValue(AllSectors),
            Salvage = parsed.GetValue(CommonOptions.Salvage),
            DryRun = parsed.GetValue(CommonOptions.DryRun),
        };
        RequireSensible(options);
        return OutputOptions.AddTo(options, parsed);
    }

    /// <summary>Where there is no output, nothing that describes one can be meant.</summary>
    private static ShrinkOptions InPlaceOf(ShrinkOptions options, ParseResult parsed)
    {
        if (!parsed.GetValue(InPlace))
            return options;
        string? meant = options.Output is not null ? $"the output {options.Output}"
            : options.Compression != ContainerOptions.Default || options.Format is not null
                ? "an option that says how an output is packed (--format, --level, --threads, --memory, --seekable)"
            : options.Bmap ? "--bmap"
            : options.Manifest ? "--manifest"
            : options.ChecksumFile ? "--sha256"
            : options.AllSectors ? "--all-sectors"
            : options.Salvage ? "--salvage"
            : options.Overwrite ? "--force" : null;
        return meant is null ? options with { InPlace = true } : throw new UsageException(
            $"--in-place changes the source and writes no output, so it cannot be used with {meant}.");
    }

    private static void RequireSensible(ShrinkOptions options)
    {
        if (options.OnlyPartition is not null && options.AllVolumes)
            throw new UsageException("--only and --all cannot be used together.");
        if (options.ExpandNative && options.Expand != ExpandLimit.Max)
            throw new UsageException("--expand-native fills the card, so it takes no other --expand than max.");
        string? shrinking = options.ReservedShare is not null ? "--reserved" : options.TrimJournal ? "--trim-journal"
            : options.OnlyPartition is not null ? "--only"
            : options.AllVolumes ? "--all"
            : options.Generalize ? "--generalize" : null;
        if (shrinking is not null && (options.KeepSizes || options.AllSectors))
            throw new UsageException(
                $"{shrinking} means nothing with {(options.KeepSizes ? "--no-shrink" : "--all-sectors")}, which changes no file system.");
    }

    private static double ReserveOf(string text) => SizeText.TryParseShare(text) is double share and <= 0.5 ? share
        : throw new UsageException($"--reserved takes a percentage from 0% to 50%, not '{text}'.");

    private static ExpandLimit? LimitOf(string text) => text switch
    {
        "max" => ExpandLimit.Max,
        "none" => null,
        _ when SizeText.TryParseShare(text) is double share and >= 0.01 =>
            ExpandLimit.Percent((int)Math.Round(share * 100)),
        _ when SizeText.TryParse(text) is long bytes and > 0 and < LargestExpansion => ExpandLimit.Bytes(bytes),
        _ => throw new UsageException(
            $"--expand takes max, none, a size such as 14GB (below 1000TB) or a percentage from 1% to 100%, not '{text}'."),
    };
}
