using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ImgShrink.Cli.Commands;

/// <summary>The help of a command, with command lines to copy at its end.</summary>
internal sealed class HelpExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Command lines without the name of the program, by the name of the command.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["info"] = ["info card.img", "info card.img.xz --json", "info card.img --map card.svg"],
        ["shrink"] =
        [
            "shrink card.img", "shrink card.img small.img", "shrink card.img.xz small.img.zst --level 19",
            "shrink card.img --fit 16GB", "shrink card.img --in-place", "shrink card.img --dry-run",
        ],
        ["capture"] = ["capture E: card.img.zst", "capture /dev/sdb card.img.zst --bmap"],
        ["verify"] = ["verify card.shrunk.img.zst", "verify card.shrunk.img.zst --against card.img"],
        ["write"] = ["write card.shrunk.img.zst E:", "write card.img /dev/sdb --resize"],
        ["devices"] = ["devices", "devices --json"],
        ["batch"] =
        [
            @"batch D:\Images --output E:\Small", "batch images --dry-run", "batch images --replace --recycle --report report.html",
        ],
        ["ls"] = ["ls card.img", "ls card.img 2:/home/pi"],
        ["extract"] =
        [
            "extract card.img 2:/etc/fstab", @"extract card.img 2:/home/pi D:\Pi", "extract card.img 2: root.img --raw",
        ],
        ["demo"] = ["demo", "demo my-folder"],
        ["completion"] = ["completion bash", "completion pwsh"],
    };

    /// <summary>Gives the help of all commands its examples.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpExamples((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        if (All.GetValueOrDefault(parseResult.CommandResult.Command.Name) is not { } examples)
            return result;
        TextWriter into = parseResult.InvocationConfiguration.Output;
        into.WriteLine("Examples:");
        foreach (string each in examples)
            into.WriteLine($"  imgshrink {each}");
        into.WriteLine();
        return result;
    }
}
