using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

/// <summary>The trash as the desktops of Linux read it, down to the bytes of its descriptions.</summary>
public sealed class TrashFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_of_the_home_volume_is_described_by_its_full_path()
    {
        if (OperatingSystem.IsWindows())
            return;
        string image = MakeImage("Kärtchen 100% [1].img");
        Assert.True(TrashFolder.OfHome(_folder["home"], data: null)!.TryTake(image, Move));
        string trash = _folder["home/.local/share/Trash"];
        Assert.Equal("content", File.ReadAllText(Path.Combine(trash, "files", "Kärtchen 100% [1].img")));
        Assert.False(File.Exists(image));
        string[] lines = File.ReadAllLines(Path.Combine(trash, "info", "Kärtchen 100% [1].img.trashinfo"));
        Assert.Equal(["[Trash Info]", $"Path={_folder.Root}/K%C3%A4rtchen%20100%25%20%5B1%5D.img"], lines[..2]);
        Assert.Matches(@"^DeletionDate=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", lines[2]);
        foreach (string each in (string[])["files", "info"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(trash, each)));
    }

    [Fact]
    public void A_second_file_of_the_name_gets_another_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        var trash = TrashFolder.OfHome("/nowhere", _folder["data"])!;
        Assert.True(trash.TryTake(MakeImage("pi.img"), Move));
        Assert.True(trash.TryTake(MakeImage("pi.img"), Move));
        File.WriteAllText(_folder["data/Trash/files/pi.3.img"], "without a description");
        Assert.True(trash.TryTake(MakeImage("pi.img"), Move));
        Assert.Equal(["pi.2.img", "pi.3.img", "pi.4.img", "pi.img"], Names(_folder["data/Trash/files"]));
        Assert.Equal(["pi.2.img.trashinfo", "pi.4.img.trashinfo", "pi.img.trashinfo"], Names(_folder["data/Trash/info"]));
    }

    /// <summary>Else the trash would be in whatever the current folder is.</summary>
    [Fact]
    public void A_user_without_a_home_has_no_trash_in_it()
    {
        Assert.Null(TrashFolder.OfHome("", data: null));
        Assert.Null(TrashFolder.OfHome("", "data"));
    }

    [Fact]
    public void A_file_of_another_volume_leaves_nothing_behind()
    {
        if (OperatingSystem.IsWindows())
            return;
        string image = MakeImage("pi.img");
        Assert.False(TrashFolder.OfHome("/nowhere", _folder["data"])!.TryTake(image, (_, _) => false));
        Assert.Throws<IOException>(
            () => TrashFolder.OfHome("/nowhere", _folder["data"])!.TryTake(image, (_, _) => throw new IOException("Read-only.")));
        Assert.True(File.Exists(image));
        Assert.Empty(Names(_folder["data/Trash/info"]));
    }

    [Fact]
    public void The_trash_of_a_volume_is_the_shared_one_only_where_that_is_safe()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_folder["volume/old"]);
        string shared = _folder["volume/.Trash"];
        Take();
        Assert.Equal("Path=old/pi.img", File.ReadAllLines(_folder["volume/.Trash-1000/info/pi.img.trashinfo"])[1]);

        Directory.CreateDirectory(shared); // Without its sticky bit, anybody may take away what is in it.
        Take();
        Assert.True(File.Exists(_folder["volume/.Trash-1000/files/pi.2.img"]));
        File.SetUnixFileMode(shared, File.GetUnixFileMode(shared) | UnixFileMode.StickyBit);
        Take();
        Assert.True(File.Exists(_folder["volume/.Trash/1000/files/pi.img"]));

        Directory.Delete(_folder["volume/.Trash/1000"], recursive: true);
        Directory.CreateSymbolicLink(_folder["volume/.Trash/1000"], _folder["elsewhere"]);
        Assert.Contains("is a link to", Assert.Throws<IOException>(Take).Message);
        Assert.False(Directory.Exists(_folder["elsewhere"]));

        void Take()
        {
            Assert.True(TrashFolder.OfVolume(_folder["volume"], user: 1000).TryTake(MakeImage("volume/old/pi.img"), Move));
        }
    }

    private static bool Move(string path, string wanted)
    {
        File.Move(path, wanted);
        return true;
    }

    private static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder).Select(each => Path.GetFileName(each)).Order(StringComparer.Ordinal)];

    private string MakeImage(string name)
    {
        File.WriteAllText(_folder[name], "content");
        return _folder[name];
    }
}
