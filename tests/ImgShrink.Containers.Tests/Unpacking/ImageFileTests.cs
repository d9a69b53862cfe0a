using ImgShrink.Blocks;
using Xunit.Abstractions;

namespace ImgShrink.Containers.Tests.Unpacking;

/// <summary>Images that other programs packed.</summary>
public sealed class ImageFileTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _scratch = new();

    public static TheoryData<string> Ways => [.. PackedImages.Names];

    public static TheoryData<string> OneOfEachFormat => ["zstd, threads", "xz, threads", "gzip, fast", "gzip, many members", "bzip2", "zip"];

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Unpacks_to_the_image(string way)
    {
        if (!PackedImages.TryPack(way, _folder, out string path))
            return;
        long fileBytes = new FileInfo(path).Length;
        var progress = new List<long>();
        using (IImageSource image = Open(path, progress: progress))
        {
            Assert.Equal(path, image.Path);
            Assert.Equal(PackedImages.Image.Length, image.Length);
            Assert.True(PackedImages.Image.AsSpan().SequenceEqual(image.ReadBytes(0, (int)image.Length)));
            Assert.InRange(image.BytesRead, fileBytes, fileBytes * 2 + 200_000);
            AssertHolesAreKnown(image);
        }

        Assert.Equal(progress.Order(), progress);
        Assert.InRange(progress[^1], fileBytes - 1000, fileBytes); // Of a zip without its directory.
        Assert.Empty(_scratch.Files);
    }

    [Theory]
    [MemberData(nameof(OneOfEachFormat))]
    public void A_file_that_is_cut_short_is_refused(string way)
    {
        if (!PackedImages.TryPack(way, _folder, out string path))
            return;
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in new[] { whole.Length - 1, whole.Length - 5, whole.Length - 9, whole.Length / 2, 1000, 40 })
        {
            File.WriteAllBytes(path, whole[..length]);
            var refused = Assert.Throws<CorruptImageException>(() => Open(path).Dispose());
            Assert.StartsWith($"{path}: ", refused.Message);
            Assert.Contains("et it again", refused.Message.Replace("Get the file", "get it", StringComparison.Ordinal));
        }

        output.WriteLine(Assert.Throws<CorruptImageException>(() => Open(path).Dispose()).Message);
        Assert.Empty(_scratch.Files);
    }

    [Theory]
    [MemberData(nameof(OneOfEachFormat))]
    public void Damage_is_found_or_does_not_matter(string way)
    {
        if (!PackedImages.TryPack(way, _folder, out string path))
            return;
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(20261125);
        int refused = 0;
        for (int round = 0; round < 24; round++)
        {
            var damaged = (byte[])whole.Clone();
            // Headers and trailers more often than their share.
            int at = round % 4 == 0 ? random.Next(40) : round % 4 == 1 ? whole.Length - 1 - random.Next(100) : random.Next(whole.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            try
            {
                using IImageSource image = Open(path);
                bool isSame = image.Length == PackedImages.Image.Length
                    && PackedImages.Image.AsSpan().SequenceEqual(image.ReadBytes(0, (int)image.Length));
                Assert.True(isSame || ImageKind.Of(damaged).IsRaw, $"a bit of byte {at} makes another image, unnoticed");
            }
            catch (ImgShrinkException known) when (known.ExitCode is 3 or 4)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 12, 24);
        Assert.Empty(_scratch.Files);
    }

    [Theory]
    [InlineData("zstd, threads")]
    [InlineData("xz, threads")]
    [InlineData("gzip, fast")]
    [InlineData("gzip, many members")]
    [InlineData("bzip2")]
    public void Something_else_behind_the_data_is_refused(string way)
    {
        if (!PackedImages.TryPack(way, _folder, out string path))
            return;
        File.AppendAllText(path, "something else");
        var refused = Assert.Throws<CorruptImageException>(() => Open(path).Dispose());
        output.WriteLine(refused.Message);
        Assert.Empty(_scratch.Files);
    }

    [Theory]
    [InlineData("echo hello > a; echo hi > b", "is a zip file without a card image in it; it holds a, b. If one of these")]
    [InlineData("cp card.img a; cp card.img b", "holds more than one image: a, b. Unpack the one you want first.")]
    public void A_zip_must_hold_one_image(string files, string says)
    {
        if (!PackedImages.TryPack("zip", _folder, out string path))
            return;
        PackedImages.Shell($"cd '{_folder.Root}'; rm packed; {files}; 7z a -tzip packed.zip a b > log; mv packed.zip packed");
        var refused = Assert.Throws<UnsupportedImageException>(() => Open(path).Dispose());
        Assert.Contains(says, refused.Message);
    }

    [Fact]
    public void An_encrypted_zip_is_refused()
    {
        if (!PackedImages.TryPack("zip", _folder, out string path))
            return;
        PackedImages.Shell($"cd '{_folder.Root}'; rm packed; 7z a -tzip -psecret packed.zip card.img > log; mv packed.zip packed");
        Assert.Contains("is encrypted", Assert.Throws<UnsupportedImageException>(() => Open(path).Dispose()).Message);
    }

    [Fact]
    public void What_would_take_too_much_room_is_stopped()
    {
        if (!PackedImages.TryPack("zstd, from a pipe", _folder, out string path))
            return;
        var options = new UnpackOptions(_scratch.Root) { Room = 1 << 20 };
        var refused = Assert.Throws<NotEnoughSpaceException>(() => ImageFile.Open(path, options, CancellationToken.None));
        Assert.Contains($"Unpacking {path} takes more than the 1048576 bytes that may be used in {_scratch.Root}.", refused.Message);
        Assert.Empty(_scratch.Files);
        ImageFile.Open(path, options with { Room = 3 << 20 }, CancellationToken.None).Dispose(); // Its holes take none.
    }

    [Fact]
    public void A_bomb_that_says_so_is_not_even_begun()
    {
        // A frame of 16 TiB: RFC 8878, with a content size of 8 bytes and one RLE block.
        File.WriteAllBytes(_folder["bomb"],
            [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0x68, 0, 0, 0, 0, 0, 0x10, 0, 0, 2, 0, 16, 0]);
        var refused = Assert.Throws<NotEnoughSpaceException>(() => Open(_folder["bomb"]).Dispose());
        Assert.EndsWith("unpacks to an image of more than 4 TiB, which is more than a card can have.", refused.Message);
        Assert.Empty(_scratch.Files);
    }

    [Fact]
    public void Whoever_looks_at_the_head_can_stop_it()
    {
        if (!PackedImages.TryPack("gzip, fast", _folder, out string path))
            return;
        var options = new UnpackOptions(_scratch.Root)
        {
            LookAtHead = (head, _) => throw new UnsupportedImageException($"{head.Span[510]:X2}{head.Span[511]:X2}"),
        };
        Assert.Equal("55AA", Assert.Throws<UnsupportedImageException>(
            () => ImageFile.Open(path, options, CancellationToken.None)).Message);
        Assert.Empty(_scratch.Files);
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        if (!PackedImages.TryPack("gzip, fast", _folder, out string path))
            return;
        using var cancel = new CancellationTokenSource();
        var options = new UnpackOptions(_scratch.Root) { Progress = new OnReport(_ => cancel.Cancel()) };
        Assert.ThrowsAny<OperationCanceledException>(() => ImageFile.Open(path, options, cancel.Token));
        Assert.Empty(_scratch.Files);
    }

    private IImageSource Open(string path, List<long>? progress = null) => ImageFile.Open(
        path, new UnpackOptions(_scratch.Root) { Progress = progress is null ? null : new OnReport(progress.Add) },
        CancellationToken.None);

    private static void AssertHolesAreKnown(IImageSource image)
    {
        RangeSet data = image.DataRanges();
        Assert.InRange(data.TotalBytes, 2 << 20, 3 << 20);
        for (int at = 0; at < PackedImages.Image.Length; at += RangeSet.SectorSize)
        {
            int count = Math.Min(RangeSet.SectorSize, PackedImages.Image.Length - at);
            if (PackedImages.Image.AsSpan(at, count).ContainsAnyExcept((byte)0))
                Assert.True(data.Contains(at));
        }
    }

    private sealed class OnReport(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
