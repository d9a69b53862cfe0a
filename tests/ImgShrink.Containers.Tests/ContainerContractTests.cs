using ImgShrink.Blocks;
using ImgShrink.Containers.Tests.Unpacking;
using Xunit.Abstractions;

namespace ImgShrink.Containers.Tests;

/// <summary>What every container owes, whatever its format.</summary>
public class ContainerContractTests(ITestOutputHelper output)
{
    /// <summary>What the suite calls a format, or a variant of it.</summary>
    private static IEnumerable<string> Names => ContainerFormats.All.Select(format => format.Name).Append("zst seekable");

    public static TheoryData<string, string> FormatsAndImages()
    {
        var cases = new TheoryData<string, string>();
        foreach (string format in Names)
        {
            // Where one frame is cut makes a difference; the others are cut at multiples of a size.
            foreach (string image in format == "zst" ? TestImages.Names : TestImages.NamesOfShapes)
                cases.Add(format, image);
        }

        return cases;
    }

    public static TheoryData<string> Formats() => [.. Names];

    public static TheoryData<string, int> FormatsAndSeeds()
    {
        var cases = new TheoryData<string, int>();
        foreach (string format in Names)
        {
            for (int seed = 1; seed <= (format == "zst" ? 6 : 2); seed++)
                cases.Add(format, seed);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(FormatsAndImages))]
    public void Image_comes_back(string format, string name)
    {
        byte[] bytes = TestImages.Make(name);
        ComesBack(format, bytes, TestImages.View(bytes));
    }

    [Theory]
    [MemberData(nameof(FormatsAndSeeds))]
    public void Random_image_comes_back(string format, int seed)
    {
        var (bytes, data) = TestImages.Random(seed);
        ComesBack(format, bytes, TestImages.View(bytes, data));
    }

    [Theory]
    [MemberData(nameof(FormatsAndSeeds))]
    public void Same_image_gives_same_file_on_any_number_of_threads(string format, int seed)
    {
        using var folder = new TempFolder();
        IContainer container = Of(format);
        var (bytes, data) = TestImages.Random(seed + 100);
        foreach (int threads in (int[])[1, 5])
            container.Write(TestImages.View(bytes, data), folder[$"{threads}"], Options(format, threads), null, default);
        Assert.Equal(File.ReadAllBytes(folder["1"]), File.ReadAllBytes(folder["5"]));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Memory_decides_about_threads_and_not_about_the_file(string format)
    {
        IContainer container = Of(format);
        if (container.Levels is null)
            return; // What is not compressed takes next to none.
        using var folder = new TempFolder();
        TargetView image = TestImages.View(TestImages.Make("text without a gap or a run"));
        ContainerOptions enough = Options(format, threads: 3);
        container.Write(image, folder["three"], enough, null, default);
        container.Write(image, folder["one"], enough with { Memory = 64 << 20 }, null, default);
        Assert.Equal(File.ReadAllBytes(folder["three"]), File.ReadAllBytes(folder["one"]));
        Assert.Throws<NotEnoughSpaceException>(
            () => container.Write(image, folder["none"], enough with { Memory = 8 << 20 }, null, default));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Proof_finds_every_damage(string format)
    {
        using var folder = new TempFolder();
        IContainer container = Of(format);
        var (bytes, data) = TestImages.Random(7);
        string path = folder["image"];
        WrittenImage written = container.Write(TestImages.View(bytes, data), path, Options(format), null, default);
        var random = new Random(7);
        IEnumerable<long> places = [0, 4, 5, 6, 14, written.FileBytes - 1, written.FileBytes - 5,
            .. Enumerable.Range(0, 25).Select(_ => random.NextInt64(written.FileBytes))];
        foreach (long at in places)
        {
            Flip(path, at, (byte)(1 << random.Next(8)), () =>
            {
                var failure = Assert.Throws<VerificationException>(() => written.Proof!.Prove(path, threads: 2, null, default));
                Assert.Contains(path, failure.Message);
            });
        }

        written.Proof!.Prove(path, threads: 2, null, default);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Proof_finds_a_file_cut_short_or_grown(string format)
    {
        using var folder = new TempFolder();
        IContainer container = Of(format);
        byte[] bytes = TestImages.Make("islands");
        WrittenImage written = container.Write(TestImages.View(bytes), folder["image"], Options(format), null, default);
        foreach (long change in (long[])[-1, 1, -written.FileBytes])
        {
            using (var file = File.OpenWrite(folder["image"]))
                file.SetLength(written.FileBytes + change);
            Assert.Throws<VerificationException>(() => written.Proof!.Prove(folder["image"], threads: 2, null, default));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Progress_ascends_to_the_end(string format)
    {
        using var folder = new TempFolder();
        IContainer container = Of(format);
        byte[] bytes = TestImages.Make("noise, then a place to cut");
        var written = new Steps();
        var proven = new Steps();
        WrittenImage result = container.Write(TestImages.View(bytes), folder["image"], Options(format), written, default);
        result.Proof!.Prove(folder["image"], threads: 2, proven, default);
        foreach (Steps steps in (Steps[])[written, proven])
        {
            Assert.Equal(bytes.Length, steps.Seen[^1]);
            Assert.Equal(steps.Seen.Order(), steps.Seen);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Failing_source_leaves_no_file(string format)
    {
        byte[] bytes = TestImages.Make("noise, then a place to cut");
        for (int read = 1; read <= 48; read += 9)
        {
            using var folder = new TempFolder();
            TargetView view = TestImages.View(bytes, failAtRead: read);
            var failure = Assert.Throws<AccessException>(() => Save(format, view, folder["card.img"], false, default));
            Assert.Equal($"read {read} fails", failure.Message);
            Assert.Empty(folder.Files);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Source_that_fails_at_any_read_leaves_no_file(string format)
    {
        using var folder = new TempFolder();
        byte[] bytes = TestImages.Make("islands");
        int read = 1;
        for (; Record.Exception(() => Save(format, TestImages.View(bytes, failAtRead: read), folder["card.img"], false, default)) is { } failure; read++)
        {
            Assert.Equal($"read {read} fails", Assert.IsType<AccessException>(failure).Message);
            Assert.Empty(folder.Files);
        }

        Assert.True(read > 12);
        output.WriteLine($"{format}: {read - 1} failing reads, no file left");
        ReliabilityTable.Faults.Add($"Every read of the source, while a {format} output is written", read - 1);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Cancelling_leaves_no_file(string format)
    {
        byte[] bytes = TestImages.Make("noise, then a place to cut");
        for (int read = 1; read <= 48; read += 9)
        {
            using var folder = new TempFolder();
            using var cancel = new CancellationTokenSource();
            int left = read;
            TargetView view = TestImages.View(bytes, onRead: () =>
            {
                if (--left == 0)
                    cancel.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => Save(format, view, folder["card.img"], false, cancel.Token));
            Assert.Empty(folder.Files);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Cancelling_ends_a_proof_behind_its_last_piece_too(string format)
    {
        using var folder = new TempFolder();
        using var cancel = new CancellationTokenSource();
        IContainer container = Of(format);
        WrittenImage written = container.Write(TestImages.View(TestImages.Make("odd length")), folder["image"], Options(format), null, default);
        Task proof = Task.Run(() => written.Proof!.Prove(folder["image"], threads: 2, new OnReport(cancel.Cancel), cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proof.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Existing_output_stays_until_the_new_one_is_proven(string format)
    {
        using var folder = new TempFolder();
        byte[] bytes = TestImages.Make("islands");
        File.WriteAllText(folder["card.img"], "precious");

        var refusal = Assert.Throws<AccessException>(() => Save(format, TestImages.View(bytes), folder["card.img"], false, default));
        Assert.Contains("--force", refusal.Message);
        Assert.Throws<AccessException>(() => Save(format, TestImages.View(bytes, failAtRead: 3), folder["card.img"], true, default));
        Assert.Equal("precious", File.ReadAllText(folder["card.img"]));

        WrittenImage written = Save(format, TestImages.View(bytes), folder["card.img"], true, default);
        Assert.Equal(written.FileBytes, new FileInfo(folder["card.img"]).Length);
        Assert.Equal(["card.img"], folder.Files);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Unfinished_file_gives_its_beginning_and_is_written_over(string format)
    {
        using var folder = new TempFolder();
        IContainer container = Of(format);
        var (bytes, data) = TestImages.Random(11);
        Save(format, TestImages.View(bytes, data), folder["whole"], false, default);
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        ContainerOptions options = Options(format) with { KeepsPartial = true, ImageName = ContainerFormats.ImageNameOf(folder["whole"]) };
        int length = whole.Length / 3 * 2;
        byte[] unfinished = format == "raw" ? [.. whole[..length], .. new byte[whole.Length - length]] : whole[..length];
        File.WriteAllBytes(OutputFile.KeptPathOf(folder["out"]), unfinished);
        using (PartialOutput partial = PartialOutput.Open(container, folder["out"], bytes.Length, options)!)
        {
            byte[] beginning = new byte[bytes.Length / 4];
            Assert.True(partial.TryRead(beginning));
            Assert.True(beginning.AsSpan().SequenceEqual(bytes.AsSpan(0, beginning.Length)));
            Assert.Equal(format == "raw", partial.TryRead(new byte[bytes.Length - beginning.Length]));
        }

        new Random(11).NextBytes(unfinished.AsSpan(length / 2, 1000)); // What a power cut may leave.
        File.WriteAllBytes(OutputFile.KeptPathOf(folder["out"]), [.. unfinished, .. new byte[100_000]]);
        ProvenOutput.Write(container, TestImages.View(bytes, data), folder["out"], options, [], false, prove: true, null, null, default);
        Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(folder["out"])));
        Assert.Equal(["out", "whole"], folder.Files);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Sparse_image_of_several_gigabytes_is_little_work(string format)
    {
        using var folder = new TempFolder();
        const long length = (4L << 30) + (2 << 20) + 123;
        var data = new RangeSet();
        data.Add(new ByteRange(0, 1 << 20));
        data.Add(new ByteRange((4L << 30) - 4096, 1 << 20));
        var source = new PatternSource(length, data);
        WrittenImage written = Save(format, new TargetView(source, data), folder["card"], false, default);
        Assert.Equal(length, written.ImageBytes);
        Assert.Equal(2 << 20, source.BytesRead);
        OtherDecoders.Test(format, folder["card"]);
    }

    private static IContainer Of(string format) => ContainerFormats.ByName(format.Split(' ')[0])!;

    /// <summary>Two threads; and where the usual level takes its time, the fastest, which has the smallest chunks too.</summary>
    private static ContainerOptions Options(string format, int threads = 2) => new(
        Threads: threads, Level: format switch { "xz" => 0, "gz" or "zip" => 1, _ => null },
        Seekable: format == "zst seekable");

    private static WrittenImage Save(string format, TargetView view, string path, bool overwrite, CancellationToken cancel) =>
        ProvenOutput.Write(Of(format), view, path, Options(format), [], overwrite, prove: true, null, null, cancel);

    private static void ComesBack(string format, byte[] bytes, TargetView view)
    {
        IContainer container = Of(format);
        using var folder = new TempFolder();
        string path = folder["image" + container.Extension];
        WrittenImage written = container.Write(view, path, Options(format), null, default);
        (long, string Sha256) expected = (bytes.Length, TestImages.Sha256(bytes));
        Assert.Equal(expected, (written.ImageBytes, written.Sha256));
        Assert.Equal(new FileInfo(path).Length, written.FileBytes);
        written.Proof!.Prove(path, threads: 2, null, default);
        Assert.Equal(expected, Unpacked.Digest(path, file => container.ReadPartial(file, bytes.Length, Options(format))));
        OtherDecoders.Agree(format, path, bytes, expected.Sha256);
    }

    private static void Flip(string path, long at, byte bits, Action then)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        file.Position = at;
        int value = file.ReadByte();
        Put(value ^ bits);
        file.Dispose();
        then();
        using var again = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        again.Position = at;
        again.WriteByte((byte)value);

        void Put(int changed)
        {
            file.Position = at;
            file.WriteByte((byte)changed);
        }
    }

    private sealed class Steps : IProgress<long>
    {
        public List<long> Seen { get; } = [];

        public void Report(long value)
        {
            lock (Seen)
                Seen.Add(value);
        }
    }

    private sealed class OnReport(Action then) : IProgress<long>
    {
        public void Report(long value) => then();
    }

    /// <summary>An image too large for memory; every byte of data is its address' low byte.</summary>
    private sealed class PatternSource(long length, RangeSet data) : IBlockSource
    {
        public long Length => length;

        public long BytesRead { get; private set; }

        public void Read(long at, Span<byte> into)
        {
            Assert.True(data.Contains(at));
            BytesRead += into.Length;
            for (int i = 0; i < into.Length; i++)
                into[i] = (byte)((at + i) & 0xFF);
        }
    }
}
