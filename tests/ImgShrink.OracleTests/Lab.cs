using System.Diagnostics;
using System.Reflection;

namespace ImgShrink.OracleTests;

/// <summary>The lab that tests/lab makes: cards with a Debian on them, and a machine to boot them in.</summary>
internal static class Lab
{
    private static readonly string _repository =
        typeof(Lab).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryFolder").Value!;

    /// <summary>Where the lab is kept; the same rule as in lab.sh.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("IMGSHRINK_LAB") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "imgshrink-lab");

    /// <summary>Whether all parts of it are complete.</summary>
    public static bool IsReady => ((string[])["guest.done", "qemu.done", "small.done"]).All(part => File.Exists(Path.Combine(Folder, part)));

    /// <summary>Whether there is a Windows, and the program for it.</summary>
    public static bool HasWindows => File.Exists(Path.Combine(Folder, "windows.done")) && File.Exists(WindowsProgram);

    /// <summary>The program for Windows, as the build publishes it.</summary>
    public static string WindowsProgram => Path.Combine(_repository, "artifacts", "publish", "win-x64", "imgshrink.exe");

    /// <summary>The path of one of the lab's scripts.</summary>
    public static string Script(string name) => Path.Combine(_repository, "tests", "lab", name);

    /// <summary>Makes a card of 8 GB; see make-card.sh.</summary>
    public static void MakeCard(string kind, string image) => Shell.Need(Script("make-card.sh"), kind, image);

    /// <summary>Makes a card of 400 MB; see make-small-card.sh.</summary>
    public static void MakeSmallCard(string kind, string image) => Shell.Need(Script("make-small-card.sh"), kind, image);

    /// <summary>Boots the image as if it were on a card of 12 GB, until it powers itself off.</summary>
    public static BootReport Boot(string image, string bus = "virtio") => Boot("boot-card.sh", image, bus);

    /// <summary>Boots an image of a small card as if it were on one of 1 GiB, until it powers itself off.</summary>
    public static BootReport BootSmall(string image, string bus) => Boot("boot-small-card.sh", image, bus);

    /// <summary>A file of the card's FAT volume, as mtools reads it.</summary>
    public static string BootFile(string image, string name) => Shell.Need("mtype", "-i", $"{image}@@4M", $"::{name}");

    private static BootReport Boot(string script, string image, string bus)
    {
        string log = image + ".log";
        Shell.Need(Script(script), image, log, bus);
        return BootReport.Parse(File.ReadAllText(log));
    }

    /// <summary>Boots the image and cuts the power as soon as <paramref name="text"/> stands on its console.</summary>
    public static void BootAndCutPowerAt(string image, string text)
    {
        string log = image + ".log";
        File.Delete(log);
        using Process machine = Shell.Start(Script("boot-card.sh"), image, log);
        string said = "";
        while (!said.Contains(text) && !machine.HasExited)
        {
            Thread.Sleep(50);
            if (File.Exists(log))
                said = ReadWhileWritten(log);
        }

        machine.Kill(entireProcessTree: true);
        machine.WaitForExit();
        Assert.True(said.Contains(text), $"\"{text}\" never stood on the console:\n{said}");
    }

    private static string ReadWhileWritten(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
