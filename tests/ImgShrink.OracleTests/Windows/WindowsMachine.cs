using System.Diagnostics;
using ImgShrink.SampleCards;
using ImgShrink.Testing;

namespace ImgShrink.OracleTests.Windows;

/// <summary>The Windows of the lab with the program that is published for it, and a card in its drive 8.</summary>
public sealed class WindowsMachine : IDisposable
{
    private const string Patience = "60"; // Seconds; a run takes one or two.

    public WindowsMachine()
    {
        File.Copy(Lab.WindowsProgram, Folder["imgshrink.exe"]);
        SampleCard.Create(Card, new SampleCardOptions { Size = 150_000_000, Fill = 8_000_000 });
    }

    /// <summary>What the machine has as Z:\media.</summary>
    public TempFolder Folder { get; } = new();

    /// <summary>The card in the drive.</summary>
    public string Card => Folder["physicaldrive8"];

    /// <summary>Runs the program; its output and its messages come in one text, with the line ends of Unix.</summary>
    public (int ExitCode, string Said) Run(params string[] arguments)
    {
        (int code, string said) = Shell.Run(Lab.Script("run-windows.sh"), Command(arguments));
        return (code, said.Replace("\r", "", StringComparison.Ordinal));
    }

    /// <summary>Starts the program; killing what is returned kills all of the machine.</summary>
    public Process Start(params string[] arguments) => Shell.Start(Lab.Script("run-windows.sh"), Command(arguments));

    public void Dispose() => Folder.Dispose();

    private string[] Command(string[] arguments) => [Patience, Folder[""], @"Z:\media\imgshrink.exe", .. arguments];
}
