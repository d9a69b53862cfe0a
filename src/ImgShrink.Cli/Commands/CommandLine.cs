using System.CommandLine;
using System.CommandLine.Parsing;

namespace ImgShrink.Cli.Commands;

/// <summary>All commands.</summary>
internal static class CommandLine
{
    /// <summary>What the arguments ask for. A file alone is looked at: it was dropped on the program.</summary>
    public static ParseResult Parse(string[] args, CancellationToken cancel)
    {
        RootCommand root = Create(cancel);
        var asWritten = new ParserConfiguration { ResponseFileTokenReplacer = null }; // A file's name may begin with "@".
        ParseResult parsed = root.Parse(args, asWritten);
        return parsed.UnmatchedTokens is [var file] && args.Length == 1 && File.Exists(file)
            ? root.Parse(["info", file], asWritten)
            : parsed;
    }

    public static RootCommand Create(CancellationToken cancel)
    {
        RootCommand root = Commands(cancel);
        HelpExamples.AddTo(root);
        CompletionCommand.AddValuesTo(root);
        TakeNoValuesForSwitches(root);
        return root;
    }

    /// <summary>Why a command line cannot be run, and where to look.</summary>
    public static string WhatIsWrong(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is not RootCommand)
            return $"{string.Join(' ', parsed.Errors.Select(error => error.Message))} See 'imgshrink {command.Name} --help'.";
        string commands = string.Join(", ", command.Subcommands.Select(each => each.Name));
        return parsed.UnmatchedTokens is [var unknown, ..]
            ? $"There is no command or option '{unknown}'; the commands are {commands}. See 'imgshrink --help'."
            : $"Name a command: {commands}. See 'imgshrink --help'.";
    }

    /// <summary>An argument that names a file or a folder.</summary>
    /// <remarks>
    /// A misspelt option must never become the name of the output, so names cannot begin with a hyphen.
    /// </remarks>
    public static Argument<T> PathArgument<T>(string name, string description, bool optional = false)
    {
        var argument = new Argument<T>(name) { Description = description, Arity = optional ? ArgumentArity.ZeroOrOne
            : ArgumentArity.ExactlyOne };
        argument.Validators.Add(found =>
        {
            foreach (Token token in found.Tokens)
            {
                if (token.Value.Length == 0)
                    found.AddError($"The {name} has an empty name.");
                else if (token.Value is ['-', ..])
                    found.AddError($"There is no option '{token.Value}'. (A file of that name is written './{token.Value}'.)");
            }
        });
        return argument;
    }

    /// <summary>Else "true" and "false" may follow a switch, and that is all that is completed behind it.</summary>
    private static void TakeNoValuesForSwitches(Command command)
    {
        foreach (Option<bool> option in command.Options.OfType<Option<bool>>())
            option.Arity = ArgumentArity.Zero;
        foreach (Command each in command.Subcommands)
            TakeNoValuesForSwitches(each);
    }

    private static RootCommand Commands(CancellationToken cancel) =>
        new("Makes card images small: shrinks the file system, keeps the identity, expands on first boot.")
    {
        InfoCommand.Create(cancel),
        ShrinkCommand.Create(cancel),
        CaptureCommand.Create(cancel),
        VerifyCommand.Create(cancel),
        WriteCommand.Create(cancel),
        DevicesCommand.Create(),
        BatchCommand.Create(cancel),
        ListCommand.Create(cancel),
        ExtractCommand.Create(cancel),
        DemoCommand.Create(cancel),
        CompletionCommand.Create(),
        CommonOptions.Json,
        CommonOptions.Verbose,
        CommonOptions.Quiet,
        CommonOptions.Log,
    };
}
