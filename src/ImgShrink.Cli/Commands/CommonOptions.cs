using System.CommandLine;

namespace ImgShrink.Cli.Commands;

/// <summary>Options that mean the same for every command.</summary>
internal static class CommonOptions
{
    public static readonly Option<bool> Json = new(
        "--json") { Description = "One JSON document on stdout; progress and errors as JSON lines on stderr.",
            Recursive = true };

    /// <summary>Of the commands that write a file.</summary>
    public static readonly Option<bool> Force = new("--force") { Description = "Replace the output if it exists." };

    /// <summary>Of the commands that write an image.</summary>
    public static readonly Option<string> Verify = new("--verify")
    {
        HelpName = "full|none",
        Description = "full: read back what was written and compare.",
        DefaultValueFactory = _ => "full",
    };

    /// <summary>Of the commands that write an image.</summary>
    public static readonly Option<bool> DryRun = new("--dry-run") { Description = "Plan and report; write nothing." };

    /// <summary>Of the commands that read an image.</summary>
    public static readonly Option<bool> Salvage = new(
        "--salvage") { Description = "Go on with an image that ends before its partitions do, as long as nothing in use is missing." };

    public static readonly Option<bool> Verbose = new(
        "--verbose", "-v") { Description = "Show where an error came from, for a report of it.", Recursive = true };

    public static readonly Option<bool> Quiet = new(
        "--quiet", "-q") { Description = "Say nothing but errors.", Recursive = true };

    /// <summary>Read once a run: all who ask for its value get the same log.</summary>
    public static readonly Option<RunLog?> Log = new("--log")
    {
        HelpName = "file",
        Description = "Take down in a file, with the time, all that is said (also with --quiet), and errors in full; run after run.",
        Recursive = true,
        CustomParser = found => new RunLog(found.Tokens[0].Value),
        Validators =
        {
            found =>
            {
                if (found.Tokens is [{ Value.Length: 0 }])
                    found.AddError("--log needs the name of a file.");
            },
        },
    };

    /// <summary>Whether what is written shall be read back.</summary>
    /// <exception cref="UsageException">That is neither asked for nor declined.</exception>
    public static bool IsVerified(ParseResult parsed) => parsed.GetValue(Verify) switch
    {
        "full" => true,
        "none" => false,
        var other => throw new UsageException($"--verify takes full or none, not '{other}'."),
    };
}
