using System.CommandLine;
using ImgShrink.Blocks;
using ImgShrink.Pipeline;
using ImgShrink.SampleCards;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink demo</c>: makes a Pi-style card image, shrinks it, shows the result.</summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "imgshrink-demo";

    public static Command Create(CancellationToken cancel)
    {
        Argument<string> folder = CommandLine.PathArgument<string>(
            "folder", "Where to put the two images.", optional: true);
        folder.DefaultValueFactory = _ => DefaultFolder;
        var command = new Command(
            "demo", "Makes a card image like a Raspberry Pi's, shrinks it, and shows the result.") { folder,
                CommonOptions.Force };
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            string path = parsed.GetValue(folder)!;
            bool replace = parsed.GetValue(CommonOptions.Force);
            Directory.CreateDirectory(path);
            string card = Path.Combine(path, "card.img");
            if (File.Exists(card) && !replace)
                throw new AccessException($"{card} exists already; name another folder, or use --force to replace it.");
            console.Say($"Making a card image in {card} ...");
            SampleCard.Create(card, new SampleCardOptions());
            return ShrinkCommand.Run(new ShrinkOptions { Source = card, Overwrite = replace }, console, cancel);
        });
        return command;
    }
}
