using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>What is left of taking files out of an image that is stopped.</summary>
public sealed class ExtractTests(SampleCards cards) : IClassFixture<SampleCards>, IDisposable
{
    private const int Piece = 1 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_taken_out_before_a_stop_is_whole()
    {
        Extract("whole", _ => { }, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        long done = 0;
        var stopped = Assert.Throws<CancelledMidwayException>(() => Extract("part", step =>
        {
            if (step.Phase == Phase.Extracting && step.Done - done == Piece) // In the middle of a file.
                cancel.Cancel();
            done = step.Phase == Phase.Extracting ? step.Done : 0;
        }, cancel.Token));
        Assert.Contains(_folder["part"], stopped.Message);
        string[] taken = Directory.GetFiles(_folder["part"], "*", SearchOption.AllDirectories);
        Assert.NotEmpty(taken);
        Assert.All(taken, file => Assert.Equal(
            Job.Sha256(Path.Combine(_folder["whole"], Path.GetRelativePath(_folder["part"], file))), Job.Sha256(file)));
    }

    [Fact]
    public void A_stop_before_anything_was_taken_out_says_no_more()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.IsNotType<CancelledMidwayException>(
            Assert.ThrowsAny<OperationCanceledException>(() => Extract("none", _ => { }, cancel.Token)));
        Assert.Empty(Job.Names(_folder.Root));
    }

    private void Extract(string destination, Action<ProgressStep> step, CancellationToken cancel) => ExtractJob.Run(
        new ExtractOptions { Source = cards.Pi, Path = CardPath.Parse("2:/"), Destination = _folder[destination] }, new Job.OnStep(step), cancel);
}
