using System.Diagnostics;
using System.Security.Cryptography;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Layouts;

/// <summary>The program is killed while it shrinks a card in place, and run again.</summary>
public sealed class InPlaceKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 5;
    private const string Program = "imgshrink.dll";

    private static readonly Layout[] s_layouts =
    [
        new("MBR, root last", 300, "label: dos\nstart=8192, size=65536, type=c\nstart=73728, type=83\n",
            new Part(1, "fat16", "BOOT"), new Part(2, "ext4", "root")),
        new("GPT, root last", 300, "label: gpt\nstart=8192, size=65536, type=uefi\nstart=73728, type=linux\n",
            new Part(1, "fat16", "BOOT"), new Part(2, "ext4", "root")),
        new("MBR, data behind the root", 320, "label: dos\nstart=8192, size=65536, type=c\nstart=73728, size=163840, type=83\nstart=237568, type=83\n",
            new Part(1, "fat16", "BOOT"), new Part(2, "ext4", "root"), new Part(3, "ext4", "data")),
    ];

    private readonly TempFolder _folder = new();
    private readonly Random _random = new(20);

    public static TheoryData<string> Names { get; } = [.. s_layouts.Select(each => each.Name)];

    private string Original => _folder["original.img"];

    private string Card => _folder["card.img"];

    private string Journal => Card + ".imgshrink-journal";

    public void Dispose() => _folder.Dispose();

    [LayoutTheory]
    [MemberData(nameof(Names))]
    public void A_card_that_was_killed_at_any_moment_is_the_old_one_or_finished_by_the_next_run(string name)
    {
        Layout layout = s_layouts.Single(each => each.Name == name);
        LayoutCard.Make(layout, _folder, Original);
        foreach ((int number, (long start, long bytes)) in LayoutCard.Places(layout, Original).Where(each => each.Key > 1))
            Age(start, bytes, kept: number == 3 ? 85 : 12);
        string[] before = Manifests(layout, Original);
        Run("shrink", Original, _folder["small.img"], "--expand", "none", "--only", "2", "--free", "20M");
        string expected = Sha256(_folder["small.img"]);
        TimeSpan whole = Undisturbed(expected);

        (int untouched, int finished) = (0, 0);
        for (int i = 0; i < Kills; i++)
        {
            KillWithin(whole, atJournal: i > 0);
            if (!Finishes())
            {
                foreach ((_, (long start, _)) in LayoutCard.Places(layout, Card).Where(each => each.Key > 1))
                    E2fsck.ExpectSilence(Card, start);
                untouched++;
            }
            else
            {
                finished++;
            }

            if (File.Exists(Journal) || new FileInfo(Card).Length == new FileInfo(Original).Length)
                Run(InPlace);
            Assert.Equal(expected, Sha256(Card));
            Assert.False(File.Exists(Journal));
        }

        foreach ((_, (long start, _)) in LayoutCard.Places(layout, Card).Where(each => each.Key > 1))
            E2fsck.ExpectSilence(Card, start);
        TreeManifest.ExpectSame(before, Manifests(layout, Card));
        output.WriteLine($"in place, {name}: {Kills} kills ({untouched} left the original, {finished} were finished), 0 losses");
        ReliabilityTable.Faults.Add($"The program, killed at any time in place ({name})", Kills);
    }

    private string[] InPlace => ["shrink", Card, "--in-place", "--expand", "none", "--only", "2", "--free", "20M"];

    /// <summary>Puts files into a volume, and takes the first of them away, so that much lies at the end.</summary>
    private void Age(long start, long bytes, int kept)
    {
        string mount = Directory.CreateDirectory(_folder["mount"]).FullName;
        Shell.Need("mount", "-o", $"loop,offset={start},sizelimit={bytes}", Original, mount);
        try
        {
            Shell.Need("bash", "-euc", $"cd '{mount}'; head -c {(kept > 50 ? 2 : 40)}M /dev/urandom > first; sync; mkdir many; "
                + $"for i in $(seq 300); do echo $i > many/$i; done; head -c {kept}M /dev/urandom > kept; sync; rm first; ln kept many/link");
        }
        finally
        {
            Shell.Need("umount", mount);
        }
    }

    private TimeSpan Undisturbed(string expected)
    {
        Renew();
        long started = Stopwatch.GetTimestamp();
        Run(InPlace);
        Assert.Equal(expected, Sha256(Card));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Kills a run; at a moment of the whole, or at one behind the making of the journal.</summary>
    private void KillWithin(TimeSpan whole, bool atJournal)
    {
        Renew();
        using Process run = Shell.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, Program), .. InPlace]);
        TimeSpan wait = whole * _random.NextDouble() * (atJournal ? 0.5 : 1);
        while (atJournal && !run.HasExited && !File.Exists(Journal))
            Thread.Sleep(1);
        run.WaitForExit(wait);
        run.Kill();
        run.WaitForExit();
    }

    /// <summary>Whether the image cannot be read now, since it is to be finished; or it is finished already.</summary>
    private bool Finishes()
    {
        (int code, string said) = Shell.Run("dotnet", Path.Combine(AppContext.BaseDirectory, Program), "info", Card);
        Assert.True(code == 0 || said.Contains("Finish it first"), said);
        return code != 0 || new FileInfo(Card).Length < new FileInfo(Original).Length;
    }

    private void Renew()
    {
        File.Delete(Journal);
        Shell.Need("cp", "--sparse=always", Original, Card);
    }

    private static string[] Manifests(Layout layout, string image) =>
    [
        .. from each in LayoutCard.Places(layout, image)
           where each.Key > 1
           from line in Shell.Need(Lab.Script("manifest.sh"), image, $"{each.Value.Start}", $"{each.Value.Bytes}")
               .Split('\n', StringSplitOptions.RemoveEmptyEntries)
           select $"{each.Key} {line}",
    ];

    private static void Run(params string[] arguments) =>
        Shell.Need("dotnet", [Path.Combine(AppContext.BaseDirectory, Program), .. arguments]);

    private static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
