using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>A journal cut to its least length, judged by e2fsck, and by the kernel that writes to it.</summary>
public sealed class JournalTrimTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [InlineData("-t ext4 -b 4096 -J size=32", 4 << 20)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,^64bit -J size=32", 4 << 20)]
    [InlineData("-t ext3 -b 1024 -J size=16", 1 << 20)]
    public void Only_the_journal_is_shorter(string options, long journalBytes)
    {
        AgedVolume source = AgedVolume.Make(_folder, new Flavour("journal", 128, options));
        string trimmed = _folder["trimmed.img"];
        ShrunkFile whole = ShrunkFile.Make(source, ShrinkRoom.None, _folder["whole.img"]);
        ShrunkFile shrunk = ShrunkFile.Make(source, ShrinkRoom.Of(8 << 20), trimmed, volume => Assert.True(volume.TrimJournal()));
        output.WriteLine($"{whole.Plan.Floor}\n{shrunk.Plan.Floor}");
        Assert.InRange(shrunk.Plan.Floor.JournalBytes, journalBytes, journalBytes + (64 << 10)); // with the blocks of an indirect map
        Assert.Equal(whole.Plan.Floor.FileBytes, shrunk.Plan.Floor.FileBytes);
        shrunk.ExpectSound();

        // The kernel takes it, and what it then writes goes through the journal.
        LoopMount.Change(trimmed, "mkdir more; for i in $(seq 300); do echo $i > more/$i; sync -f more; done; rm more/*5");
        E2fsck.ExpectSilence(trimmed, 0);
        Assert.Equal(source.Sha256, AgedVolume.HashOf(source.Path));
    }

    /// <summary>The first mount takes a part of the journal for fast commits, and gives up where 1024 blocks are not left.</summary>
    [ExtTheory]
    [InlineData("-t ext4 -b 4096 -J size=4")]
    [InlineData("-t ext4 -b 4096 -J size=16 -O fast_commit")]
    public void A_journal_that_is_needed_stays(string options)
    {
        string path = AgedVolume.Format(_folder, "short", 64 << 20, options);
        using var file = new RawImageFile(path);
        Assert.False(ExtVolume.Open(file).TrimJournal());
    }
}
