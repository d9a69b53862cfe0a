using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices.Reading;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests.Capture;

/// <summary>Captures of a card in a file, by a drive that can fail.</summary>
internal sealed class CaptureCase(string card, string format) : IDisposable
{
    private static readonly RescueLimits s_quick = new([], TimeSpan.FromHours(1), long.MaxValue);

    public TempFolder Folder { get; } = new();

    public string Output => Folder["out"];

    public string Journal => Output + ".imgshrink-capture";

    public string Partial => Output + ".imgshrink-partial";

    /// <summary>What a capture that is not stopped makes, and the requests that it takes.</summary>
    public byte[] Undisturbed(out int requests)
    {
        FaultyDrive? used = null;
        Run(drive: drive => used = drive);
        requests = used!.Reads.Count;
        byte[] expected = File.ReadAllBytes(Output);
        ExpectOnly(expected);
        return expected;
    }

    /// <summary>The same, and then a capture that was stopped shortly before its end.</summary>
    public byte[] Stopped()
    {
        byte[] expected = Undisturbed(out int requests);
        Assert.Throws<AccessException>(() => Run(goneFrom: requests - 2));
        return expected;
    }

    /// <summary>That there is nothing but the output, and that it is the one expected; then deletes it.</summary>
    public void ExpectOnly(byte[] expected)
    {
        Assert.Equal(["out"], Folder.Files);
        Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(Output)), "The output is another one.");
        File.Delete(Output);
    }

    /// <summary>Captures; the drive is gone from a request on.</summary>
    public ShrinkReport Run(
        bool resume = false, int? goneFrom = null, string? from = null, Func<ShrinkOptions, ShrinkOptions>? change = null,
        Action<FaultyDrive>? drive = null, Action<ProgressStep>? step = null, CancellationToken cancel = default)
    {
        var faulty = new FaultyDrive(FileDrive.Open(from ?? card)) { GoneFrom = goneFrom };
        drive?.Invoke(faulty);
        using var source = new DriveSource(faulty, s_quick);
        ShrinkOptions options = Options with { Resume = resume };
        options = change?.Invoke(options) ?? options;
        return ShrinkJob.Run(source, OutputName.Of(options), options, new Job.OnStep(step ?? (_ => { })), cancel);
    }

    public void Dispose() => Folder.Dispose();

    private ShrinkOptions Options => new()
    {
        Source = card, Output = Output, Format = ContainerFormats.ByName(format.Split(' ')[0]),
        Compression = new ContainerOptions(
            Threads: 2, Level: format switch { "xz" => 0, "gz" or "zip" => 1, _ => null }, Seekable: format.EndsWith("seekable")),
    };
}
