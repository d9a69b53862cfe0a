using System.CommandLine;
using ImgShrink.Cli.Progress;
using ImgShrink.Cli.Text;
using ImgShrink.Containers.Checking;
using ImgShrink.Pipeline.Verify;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink verify</c>: whether an image is sound, and what it is said to be.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Image = CommandLine.PathArgument<string>(
        "image", "The image: any that shrink takes as a source.");
    private static readonly Option<string?> Against = new(
        "--against") { HelpName = "source", Description = "Compare file by file with the image that it was made of." };
    private static readonly Option<string?> Published = new(
        "--sha256") { HelpName = "hex",
            Description = "A published checksum of the file or of the image in it; MD5, SHA-1 and SHA-512 are told by their length." };

    public static Command Create(CancellationToken cancel)
    {
        var command = new Command("verify", "Checks an image: what packs it, its table, its file systems, and checksums beside it.")
        {
            Image, Against, Published,
        };
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            VerifyOptions options = OptionsOf(parsed);
            VerifyReport report = ProgressDisplay.Show(console, progress => VerifyJob.Run(options, progress, cancel));
            console.Tell(report, ReportJson.Documents.VerifyReport, VerifyText.Write);
            return ExitCodeOf(report);
        });
        return command;
    }

    private static VerifyOptions OptionsOf(ParseResult parsed) => new()
    {
        Image = parsed.GetValue(Image)!,
        Against = parsed.GetValue(Against),
        Published = parsed.GetValue(Published) is string text
            ? Checksum.TryParse(text) ?? throw new UsageException(
                $"--sha256 takes 64 hexadecimal digits (or 32 of MD5, 40 of SHA-1, 128 of SHA-512), not '{text}'.")
            : null,
    };

    private static int ExitCodeOf(VerifyReport report) =>
        report.IsDamaged ? ExitCodes.Damaged : report.IsDifferent ? ExitCodes.VerificationFailed : ExitCodes.Done;
}
