using ImgShrink.Blocks;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests;

/// <summary>The power fails during every single write, flush, change of a length or a name.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Cases = 150;
    private const int TornOrders = 3;

    private static readonly (Unflushed Unflushed, int Seed)[] Media =
    [
        (Unflushed.Kept, 0), (Unflushed.Lost, 0),
        .. Enumerable.Range(1, TornOrders).Select(seed => (Unflushed.Torn, seed)),
    ];

    [Fact]
    public void A_power_cut_at_any_moment_leaves_the_image_or_what_the_next_run_finishes()
    {
        long cuts = 0, unbegun = 0, finished = 0;
        foreach (var (seed, each, undisturbed) in Undisturbed(0, Cases))
        {
            Assert.Equal(each.Target, undisturbed.ImageBytes);
            Assert.Null(undisturbed.JournalBytes);
            foreach (PowerCut cut in CutsOf(new PowerCut(each.Image, null), undisturbed.Acts, seed))
            {
                cuts++;
                if (Recover(each, cut, $"case {seed}"))
                    finished++;
                else
                    unbegun++;
            }
        }

        output.WriteLine($"in place: {cuts} power cuts ({unbegun} left the original, {finished} were finished), 0 losses");
        ReliabilityTable.Faults.Add("The power, in place, at every act; what was not flushed is kept, lost or torn", cuts);
        Assert.True(unbegun > 0 && finished > 0);
    }

    [Fact]
    public void Nor_does_a_second_power_cut_while_that_is_finished_lose_anything()
    {
        long cuts = 0;
        foreach (var (seed, each, undisturbed) in Undisturbed(1000, Cases / 3))
        {
            var random = new Random(seed);
            foreach (PowerCut first in CutsOf(new PowerCut(each.Image, null), undisturbed.Acts, seed).Where(_ => random.Next(8) == 0))
            {
                var recovery = new RecordedFiles(first.Image, first.Journal);
                new InPlaceCommit(recovery).Finish("journal", CancellationToken.None);
                foreach (PowerCut second in CutsOf(first, recovery.Acts, seed))
                {
                    cuts++;
                    Recover(each, second, $"case {seed}");
                }
            }
        }

        output.WriteLine($"in place, second cut: {cuts} power cuts, 0 losses");
        ReliabilityTable.Faults.Add("The power once more, while the next run finishes", cuts);
        Assert.True(cuts > 1000);
    }

    [Fact]
    public void A_medium_that_fails_leaves_the_image_or_what_the_next_run_finishes()
    {
        int faults = 0;
        foreach (var (seed, each, undisturbed) in Undisturbed(2000, Cases / 3))
        {
            for (int at = 0; at < undisturbed.Acts.Count; at++)
            {
                foreach (int failures in (int[])[1, int.MaxValue])
                {
                    var files = new RecordedFiles(each.Image) { FailsFrom = at, FailsFor = failures };
                    Assert.Throws<AccessException>(() => each.Run(files));
                    Recover(each, new PowerCut(files.ImageBytes, files.JournalBytes), $"case {seed}, act {at}");
                    faults++;
                }
            }
        }

        output.WriteLine($"in place: {faults} failures of the medium, 0 losses");
        ReliabilityTable.Faults.Add("The medium, in place, at every act; once, or from then on", faults);
    }

    [Fact]
    public void A_cancellation_before_the_commit_leaves_the_original_and_no_journal()
    {
        InPlaceCase each = InPlaceCase.Random(7);
        var undisturbed = new RecordedFiles(each.Image);
        each.Run(undisturbed);
        for (int at = 0; at < undisturbed.Acts.Count; at++)
        {
            using var cancel = new CancellationTokenSource();
            int when = at;
            var files = new RecordedFiles(each.Image) { Before = act => { if (act == when) cancel.Cancel(); } };
            var commit = new InPlaceCommit(files);
            Exception? end = Record.Exception(() => commit.Run(each.Plan(), new MemoryStore(each.Target), cancel.Token));

            if (end is null)
                Assert.Equal(each.Target, files.ImageBytes);
            else
                Assert.IsAssignableFrom<OperationCanceledException>(end);
            if (!commit.IsCommitted)
            {
                Assert.True(each.IsOriginal(files.ImageBytes));
                Assert.Null(files.JournalBytes);
            }

            Recover(each, new PowerCut(files.ImageBytes, files.JournalBytes), $"act {at}");
        }
    }

    /// <summary>Cases by their seeds, and the files that each was run on while nothing went wrong.</summary>
    private static IEnumerable<(int Seed, InPlaceCase Case, RecordedFiles Files)> Undisturbed(int firstSeed, int count)
    {
        for (int seed = firstSeed; seed < firstSeed + count; seed++)
        {
            InPlaceCase each = InPlaceCase.Random(seed);
            var files = new RecordedFiles(each.Image);
            each.Run(files);
            yield return (seed, each, files);
        }
    }

    private static IEnumerable<PowerCut> CutsOf(PowerCut start, List<Act> acts, int seed) =>
        from at in Enumerable.Range(0, acts.Count)
        from medium in Media
        select PowerCut.During(start, acts, at, medium.Unflushed, new Random(HashCode(seed, at, medium.Seed)));

    private static int HashCode(int seed, int at, int order) => unchecked((seed * 1009 + at) * 17 + order);

    /// <summary>The next run: finishes, or finds the original and does it all.</summary>
    private static bool Recover(InPlaceCase each, PowerCut cut, string what)
    {
        var files = new RecordedFiles(cut.Image, cut.Journal);
        bool finished = new InPlaceCommit(files).Finish("journal", CancellationToken.None) is not null;
        Assert.True(files.JournalBytes is null, what);
        if (!finished && !files.ImageBytes.AsSpan().SequenceEqual(each.Target))
        {
            Assert.True(each.IsOriginal(files.ImageBytes), what);
            each.Run(files);
        }

        Assert.True(files.ImageBytes.AsSpan().SequenceEqual(each.Target), what);
        return finished;
    }
}
