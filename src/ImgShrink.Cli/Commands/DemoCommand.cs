using System.CommandLine;
using ImgShrink.Pipeline;
using ImgShrink.SampleCards;

namespace ImgShrink.Cli.Commands;

/// <summary><c>imgshrink demo</c>: makes a Pi-style card image, shrinks it, shows the result.</summary>
internal static class DemoCommand
{
    private const string DefaultFolder = "imgshrink-demo";

    public static Command Create(CancellationToken cancel)
    {
        var folder = new Argument<string>("folder") { Description = $"Where to put the two images; {DefaultFolder} by default.", DefaultValueFactory = _ => DefaultFolder };
        var command = new Command("demo", "Makes a card image like a Raspberry Pi's, shrinks it, and shows the result.") { folder };
        command.SetAction(parsed =>
        {
            var console = ConsoleSettings.Of(parsed);
            string path = parsed.GetValue(folder)!;
            Directory.CreateDirectory(path);
            string card = Path.Combine(path, "sample-card.img");
            if (!console.Quiet && !console.Json)
                Console.Error.WriteLine($"Making a card image in {card} ...");
            SampleCard.Create(card, new SampleCardOptions());
            return ShrinkCommand.Run(new ShrinkOptions { Source = card, Overwrite = true }, console, cancel);
        });
        return command;
    }
}
