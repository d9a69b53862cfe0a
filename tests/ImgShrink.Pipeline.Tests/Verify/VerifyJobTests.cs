using System.Security.Cryptography;
using ImgShrink.Blocks;
using ImgShrink.Containers.Checking;
using ImgShrink.Pipeline.Verify;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests.Verify;

[Collection(nameof(SampleCards))]
public sealed class VerifyJobTests(SampleCards cards, ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_shrunk_card_is_sound_and_holds_the_same_files()
    {
        ShrinkReport shrunk = Job.Run(new ShrinkOptions { Source = cards.WithChecksums, Output = _folder["small.img.zst"] });
        VerifyReport report = Verify(_folder["small.img.zst"], against: cards.WithChecksums);
        Assert.False(report.IsDamaged);
        Assert.False(report.IsDifferent);
        Assert.Equal(shrunk.Output.Sha256, report.Sha256);
        Assert.All(report.Volumes, volume => Assert.True(volume.IsChecked));
        Assert.Empty(report.Comparison!.Differences);
        Assert.InRange(report.Comparison.Objects, 200, long.MaxValue);
        Assert.Contains(report.Comparison.FirstBoot, each => each.Path.Contains("imgshrink"));
        Assert.DoesNotContain(report.Comparison.FirstBoot, each => each.Partition == 1);
        Assert.Equal(["small.img.zst"], _folder.Files);
    }

    [Fact]
    public void A_changed_byte_of_a_file_is_found()
    {
        string image = _folder["small.img"];
        Job.ToRaw(cards.Pi, image);
        using (var card = new OpenCard(image))
        {
            string path = OpenCard.Listing(card.Files).Select(line => line.Split(' ')).First(
                words => words.Length == 3 && words[1] != "->" && int.Parse(words[1]) > 5000 && !words[0].Contains("imgshrink"))[0];
            byte[] content = card.Files.TryReadFile(path)!;
            byte[] all = File.ReadAllBytes(image);
            int at = all.AsSpan().IndexOf(content.AsSpan(0, 512));
            card.Dispose();
            Job.Poke(image, at + 77, (byte)(content[77] ^ 1));
            VerifyReport report = Verify(image, against: cards.Pi);
            Assert.False(report.IsDamaged); // No checksum of ext covers the content of files.
            Assert.True(report.IsDifferent);
            Difference difference = Assert.Single(report.Comparison!.Differences);
            Assert.Equal((path, "its content differs, first at byte 77"), (difference.Path, difference.What));
        }
    }

    [Fact]
    public void Of_a_volume_that_is_only_mapped_all_is_compared_that_is_not_free()
    {
        using var pi = new RawImageFile(cards.Pi);
        byte[] swap = Noise.Bytes(7, 1 << 20);
        (swap[0x400], swap[0x401], swap[0x402], swap[0x403]) = (1, 0, 0, 0);
        Le.Put32(swap, 0x404, (uint)(swap.Length / 4096) - 1);
        Le.Put32(swap, 0x408, 0);
        "SWAPSPACE2"u8.CopyTo(swap.AsSpan(4086));
        ByteRange root = cards.Partitions.Root with { Length = cards.Partitions.Root.Length / 512 * 512 };
        var behind = new Piece(2, 0x82, (root.End + (1 << 20)) >> 20 << 20, new MemoryStore(swap));
        MbrDisk.Write(_folder["card.img"], behind.End, new Piece(1, 0x83, root.Start, new BlockWindow(pi, root)), behind);
        Job.ToRaw(_folder["card.img"], _folder["small.img"]);

        VerifyReport report = Verify(_folder["small.img"], against: _folder["card.img"]);
        Assert.Empty(report.Comparison!.Differences);
        Assert.Equal("Only ext and FAT volumes are checked.", report.Volumes[1].Note);

        long header = report.Source.Bytes - swap.Length + 0x40C;
        Job.Poke(_folder["small.img"], header, (byte)(swap[0x40C] ^ 1));
        report = Verify(_folder["small.img"], against: _folder["card.img"]);
        Assert.Equal(new Difference(2, "", "its content differs, first at byte 1036"), Assert.Single(report.Comparison!.Differences));
    }

    [Fact]
    public void Damaged_volumes_are_told_apart_from_sound_ones()
    {
        string path = SampleCards.Copy(cards.WithChecksums, _folder["card.img"]);
        long root = cards.Partitions.Root.Start;
        long table = BitConverter.ToUInt32(Job.Bytes(path, root + 4096 + 8, 4)) * 4096L; // bg_inode_table_lo
        Job.Poke(path, root + table + 256 + 4, 0x77); // i_size_lo of the root directory
        VerifyReport report = Verify(path);
        Assert.True(report.IsDamaged);
        Assert.Null(report.Volumes[0].Damage);
        output.WriteLine(report.Volumes[1].Damage!);
        Assert.Contains("i_checksum", report.Volumes[1].Damage);

        path = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        Job.Poke(path, cards.Partitions.Boot.Start + 512 * (long)BitConverter.ToUInt16(Job.Bytes(path, cards.Partitions.Boot.Start + 14, 2)) + 8, 0x55, 0x55);
        report = Verify(path);
        Assert.NotNull(report.Volumes[0].Damage);
        Assert.Null(report.Volumes[1].Damage);
    }

    [Fact]
    public void A_published_checksum_is_of_the_file_or_of_the_image()
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, "gzip"))
            return;
        string packed = _folder["card.img.gz"];
        Tool.Need("sh", "-c", $"gzip -1 -c '{cards.Pi}' > '{packed}'");
        string image = Job.Sha256(cards.Pi), file = Job.Sha256(packed);
        Assert.Equal("image", MatchOf(image.ToUpperInvariant()));
        Assert.Equal("file", MatchOf(file));
        Assert.Null(MatchOf(new string('0', 64)));
        using FileStream bytes = File.OpenRead(packed);
        Assert.Equal("file", MatchOf(Convert.ToHexString(IncrementalHashOf(HashAlgorithmName.MD5, bytes))));
        Assert.Equal("file", MatchOf(Convert.ToHexString(IncrementalHashOf(HashAlgorithmName.SHA1, bytes))));

        string? MatchOf(string hex)
        {
            VerifyReport report = VerifyJob.Run(
                new VerifyOptions { Image = packed, Published = Checksum.TryParse(hex) }, new Job.OnStep(_ => { }), CancellationToken.None);
            string? matches = Assert.Single(report.Checksums).Matches;
            Assert.Equal(matches is null, report.IsDifferent);
            return matches;
        }
    }

    [Theory]
    [InlineData("card.img.sha256", "{0}", "image")]
    [InlineData("card.img.sha256", "{0}  card.img\n", "image")]
    [InlineData("card.img.sha256", "0000000000000000000000000000000000000000000000000000000000000000  other.img\n{0} *card.img\n", "image")]
    [InlineData("card.sha256", "1000000000000000000000000000000000000000000000000000000000000000  card.img\n", null)]
    [InlineData("card.rpi-imager-manifest", "{{\"os_list\":[{{\"url\":\"file:///cards/card.img\",\"extract_sha256\":\"{0}\"}},{{\"url\":\"other\",\"extract_sha256\":\"no\"}}]}}", "image")]
    public void Checksums_beside_it_are_compared(string name, string content, string? matches)
    {
        string path = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        File.WriteAllText(_folder[name], string.Format(content, Job.Sha256(path)));
        ChecksumVerdict verdict = Assert.Single(Verify(path).Checksums);
        Assert.Equal((_folder[name], matches), (verdict.Origin, verdict.Matches));
    }

    [Theory]
    [InlineData("card.img.sha256", "hello")]
    [InlineData("card.img.rpi-imager-manifest", "{")]
    [InlineData("card.img.rpi-imager-manifest", "{\"os_list\": 5}")]
    [InlineData("card.img.bmap", "<bmap")]
    [InlineData("card.img.bmap", "<!DOCTYPE x [<!ENTITY a \"a\">]><bmap version=\"2.0\">&a;</bmap>")]
    [InlineData("card.img.bmap", "<bmap version=\"2.0\"><ImageSize>x</ImageSize></bmap>")]
    public void Files_beside_it_that_cannot_be_read_are_named(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        SampleCards.Copy(cards.Pi, _folder["card.img"]);
        var refused = Assert.Throws<CorruptImageException>(() => Verify(_folder["card.img"]));
        output.WriteLine(refused.Message);
        Assert.StartsWith(_folder[name], refused.Message);
    }

    [Fact]
    public void A_block_map_of_bmaptool_is_compared()
    {
        if (!OperatingSystem.IsLinux() || Tool.SkipWithout(output.WriteLine, "bmaptool"))
            return;
        string path = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        Tool.Need("bmaptool", "create", "-o", _folder["card.bmap"], path);
        BlockMapVerdict map = Verify(path).BlockMap!;
        Assert.True(map.IsSame);
        Assert.InRange(map.Ranges, 2, 100_000);

        Job.Poke(path, 600, 1, 2, 3);
        VerifyReport changed = Verify(path);
        Assert.True(changed.IsDifferent);
        Assert.Equal([0], changed.BlockMap!.DifferentBlocks);

        File.WriteAllText(_folder["card.bmap"], File.ReadAllText(_folder["card.bmap"]).Replace("chksum=\"", "chksum=\"0"));
        Assert.Contains("BmapFileChecksum", Assert.Throws<CorruptImageException>(() => Verify(path)).Message);
    }

    private static VerifyReport Verify(string path, string? against = null) => VerifyJob.Run(
        new VerifyOptions { Image = path, Against = against }, new Job.OnStep(_ => { }), CancellationToken.None);

    private static byte[] IncrementalHashOf(HashAlgorithmName name, FileStream bytes)
    {
        bytes.Position = 0;
        using var hash = IncrementalHash.CreateHash(name);
        var piece = new byte[1 << 20];
        for (int count; (count = bytes.Read(piece)) > 0;)
            hash.AppendData(piece, 0, count);
        return hash.GetHashAndReset();
    }
}
