using ImgShrink.Testing;

namespace ImgShrink.Blocks.Tests;

public sealed class ScratchFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keeps_what_was_written_and_has_holes()
    {
        using ScratchFile scratch = ScratchFile.Create(_folder.Root, "A test");
        scratch.SetLength(10_000_000_000);
        scratch.Write(9_999_999_998, [7, 8]);
        var read = new byte[4];
        scratch.Read(9_999_999_996, read);
        Assert.Equal([0, 0, 7, 8], read);
    }

    [Fact]
    public void Counts_what_it_may_use()
    {
        using ScratchFile scratch = ScratchFile.Create(_folder.Root, "A test", room: 3);
        scratch.Write(1 << 20, [1, 2]);
        scratch.Write(1 << 20, [3, 4]); // It takes the room that it has already.
        scratch.Write((1 << 20) + 1, [5, 6]);
        var full = Assert.Throws<NotEnoughSpaceException>(() => scratch.Write(2 << 20, [7]));
        Assert.Equal($"A test takes more than the 3 bytes that may be used in {_folder.Root}. Make room there, or write the output to another disk.", full.Message);
    }

    [Fact]
    public void Is_gone_when_it_is_closed()
    {
        ScratchFile.Create(_folder.Root, "A test").Dispose();
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Removes_what_a_dead_run_left_and_nothing_else()
    {
        File.WriteAllText(_folder["imgshrink-dead.scratch"], "");
        File.WriteAllText(_folder["mine.scratch"], "");
        string live = _folder["imgshrink-live.scratch"];
        using (File.OpenHandle(live, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            ScratchFile.Create(_folder.Root, "A test").Dispose();
            Assert.Equal(["imgshrink-live.scratch", "mine.scratch"], _folder.Files);
        }

        ScratchFile.Create(_folder.Root, "A test").Dispose();
        Assert.Equal(["mine.scratch"], _folder.Files);
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_named()
    {
        var refused = Assert.Throws<AccessException>(() => ScratchFile.Create(_folder["none"], "Unpacking card.img.xz"));
        Assert.StartsWith($"Unpacking card.img.xz needs a scratch file, and {_folder["none"]} takes none: ", refused.Message);
    }
}
