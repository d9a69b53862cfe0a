using System.CommandLine;

namespace ImgShrink.Cli.Commands;

/// <summary>All commands.</summary>
internal static class CommandLine
{
    public static RootCommand Create(CancellationToken cancel) => new("Makes card images small: shrinks the file system, keeps the identity, expands on first boot.")
    {
        InfoCommand.Create(cancel),
        ShrinkCommand.Create(cancel),
        DemoCommand.Create(cancel),
        CommonOptions.Json,
        CommonOptions.Verbose,
        CommonOptions.Quiet,
    };
}
