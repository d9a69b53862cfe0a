using System.CommandLine;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink completion</c>: a script that lets a shell complete command lines of imgshrink.</summary>
/// <remarks>The scripts ask the program itself, by the directive <c>[suggest:position]</c> in front of a command line.</remarks>
internal static class CompletionCommand
{
    // What an option's value is called where it is not one of some words.
    private static readonly string[] s_placeholders = ["size", "percent", "label", "device"];

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Prints a script with which a shell completes command lines of imgshrink.") { shell };
        command.SetAction(parsed =>
        {
            using Stream script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{parsed.GetValue(shell)}")!;
            using var text = new StreamReader(script);
            Console.Out.Write(text.ReadToEnd());
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Lets the words be completed that the help of an option names as its values.</summary>
    public static void AddValuesTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            string[] values = [.. (option.HelpName ?? "").Split('|').Except(s_placeholders)];
            if (values.Length > 1)
                option.CompletionSources.Add(values);
        }

        foreach (Command each in command.Subcommands)
            AddValuesTo(each);
    }
}
