using System.Security.Cryptography;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests;

/// <summary>The promise as a whole: a used card, shrunk by the real program, holds what it held, boots, and grows.</summary>
public sealed class BootTests(ITestOutputHelper output) : IDisposable
{
    // Beside the lab, since /tmp may be small or in memory.
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(Lab.Folder, $"boot-{Guid.NewGuid():N}"));

    [BootTheory]
    [InlineData("mbr", "4f1c2a77-02")]
    [InlineData("gpt", "4f1c2a77-0000-4000-8000-000000000002")]
    public void A_shrunk_card_boots_and_fills_a_larger_one(string kind, string rootPartitionId)
    {
        string card = At("card.img"), plain = At("plain.img"), small = At("small.img");
        Lab.MakeCard(kind, card);
        string hash = Hash(card);
        string[] files = TreeManifest.OfRoot(card);

        // Without a hook, nothing at all may differ.
        ImgShrink("shrink", card, plain, "--format", "raw", "--expand", "none");
        ExpectSameCard(card, plain);
        TreeManifest.ExpectSame(files, TreeManifest.OfRoot(plain));
        File.Delete(plain);

        ImgShrink("shrink", card, small, "--format", "raw");
        ExpectSameCard(card, small);
        Assert.Equal(hash, Hash(card));
        output.WriteLine($"{kind}: {new FileInfo(card).Length:N0} bytes became {new FileInfo(small).Length:N0}.");

        BootReport boot = Lab.Boot(small);
        output.WriteLine(boot.Console);
        boot.ExpectFilled(rootPartitionId);
        E2fsck.ExpectSilence(small, CardTable.Of(small).RootStart);
        Assert.Equal(CardTable.Of(card).Identity(), CardTable.Of(small).Identity());
        if (kind == "gpt")
            Assert.Contains("No problems found", Shell.Need("sgdisk", "-v", small));
    }

    [BootTheory]
    [InlineData("logical", "nvme", "4f1c2a77-05")]
    public void A_root_on_a_logical_partition_grows_with_what_holds_it(string kind, string bus, string rootPartitionId)
    {
        string card = At("card.img"), small = At("small.img");
        Lab.MakeCard(kind, card);
        ImgShrink("shrink", card, small, "--format", "raw", "--verify", "none");
        BootReport boot = Lab.Boot(small, bus);
        output.WriteLine(boot.Console);
        boot.ExpectFilled(rootPartitionId);
        ExpectSound(card, small);
    }

    [BootTheory]
    [InlineData("busybox", "mmc", "init script hook", 2)] // Without partx, the second boot grows the file system.
    [InlineData("openrc", "sd", "OpenRC hook", 1)]
    public void Cards_without_systemd_grow_on_any_bus(string kind, string bus, string mechanism, int boots)
    {
        string card = At("card.img"), small = At("small.img");
        Lab.MakeSmallCard(kind, card);
        // Without a free block: what runs before the file system grows must not need one.
        Assert.Contains($"First boot: {mechanism}", ImgShrink("shrink", card, small, "--format", "raw", "--verify", "none", "--free", "0"));
        BootReport boot = Lab.BootSmall(small, bus);
        for (int more = 1; more < boots; more++)
            boot = Lab.BootSmall(small, bus);
        output.WriteLine(boot.Console);
        boot.ExpectFilled("none");
        ExpectSound(card, small);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string ImgShrink(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "imgshrink.dll");
        string said = Shell.Need("dotnet", [program, .. arguments]);
        output.WriteLine(said);
        return said;
    }

    /// <summary>After the boot: ids are what they were, the root is sound, and the log is where any machine can read it.</summary>
    private static void ExpectSound(string card, string booted)
    {
        Assert.Equal(CardTable.Of(card).Identity(), CardTable.Of(booted).Identity());
        E2fsck.ExpectSilence(booted, CardTable.Of(booted).RootStart);
        Assert.Contains("Done: the file system fills its partition.", Lab.BootFile(booted, "imgshrink-expand.log"));
    }

    /// <summary>Identity, boot code, the gap behind the table and the boot partition are the same; the root is sound.</summary>
    private static void ExpectSameCard(string card, string shrunk)
    {
        CardTable before = CardTable.Of(card), after = CardTable.Of(shrunk);
        Assert.Equal(before.Identity(), after.Identity());
        Assert.True(after.RootBytes < before.RootBytes / 2, $"The root has {after.RootBytes} bytes of {before.RootBytes} still.");
        Assert.Equal(Hash(card, 0, 440), Hash(shrunk, 0, 440));
        const long gapStart = 34 * 512;
        Assert.Equal(Hash(card, gapStart, before.RootStart - gapStart), Hash(shrunk, gapStart, before.RootStart - gapStart));
        E2fsck.ExpectSilence(shrunk, after.RootStart);
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    private static string Hash(string path, long start, long length)
    {
        using FileStream file = File.OpenRead(path);
        file.Position = start;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[1 << 20];
        for (long left = length; left > 0;)
        {
            int count = file.ReadAtLeast(piece.AsSpan(0, (int)Math.Min(piece.Length, left)), 1);
            hash.AppendData(piece, 0, count);
            left -= count;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
