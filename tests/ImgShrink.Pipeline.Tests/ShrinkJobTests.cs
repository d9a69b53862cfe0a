using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Containers.Checking;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FirstBoot;
using ImgShrink.Partitions;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests;

[Collection(nameof(SampleCards))]
public sealed class ShrinkJobTests(SampleCards cards) : IDisposable
{
    private const long Mebi = 1 << 20;

    private static readonly string[] _hookPaths =
        ["/etc/imgshrink/expand", FirstBootHook.SettingsPath, FirstBootHook.UnitPath, FirstBootHook.WantsPath];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zst", false)]
    [InlineData("zst", true)]
    [InlineData("xz", true)]
    [InlineData("gz", false)]
    [InlineData("zip", false)]
    [InlineData("raw", false)]
    [InlineData("raw", true)]
    public void The_output_decodes_to_the_reported_hash_and_the_source_stays(string format, bool checksums)
    {
        string source = checksums ? cards.WithChecksums : cards.Pi;
        string before = Job.Sha256(source);
        ShrinkReport report = Job.Run(new ShrinkOptions { Source = source, Output = _folder["small"], Format = ContainerFormats.ByName(format),
            Compression = new ContainerOptions(Level: format == "raw" ? null : 1) });

        using (IImageSource image = ImageFile.Open(_folder["small"], new UnpackOptions(_folder.Root), default))
        {
            Assert.Equal(report.Output.Sha256, ContentChecksums.Of(image, ["sha256"], null, default)["sha256"]);
            Assert.Equal(report.Output.ImageBytes, image.Length);
        }

        Assert.Equal(report.Output.Bytes, new FileInfo(_folder["small"]).Length);
        Assert.True(report.Output.Verified);
        if (format == "raw")
            Assert.Equal(report.Output.Sha256, Job.Sha256(_folder["small"]));
        Assert.Equal(before, Job.Sha256(source));
        Assert.Equal(["small"], Job.Names(_folder[""]));
    }

    [Fact]
    public void The_default_output_lies_beside_the_source()
    {
        string source = SampleCards.Copy(cards.Pi, _folder["my card.img"]);
        ShrinkReport report = Job.Run(new ShrinkOptions { Source = source });
        Assert.Equal(_folder["my card.shrunk.img.zst"], report.Output.Path);
        Assert.Equal(["my card.img", "my card.shrunk.img.zst"], Job.Names(_folder[""]));
    }

    [Fact]
    public void Identity_starts_types_and_flags_stay()
    {
        Job.ToRaw(cards.Pi, _folder["small.img"]);
        using var before = new OpenCard(cards.Pi);
        using var after = new OpenCard(_folder["small.img"]);
        Assert.Equal(before.Table.Kind, after.Table.Kind);
        Assert.Equal(before.Table.DiskId, after.Table.DiskId);
        Assert.Equal(before.Table.Partitions[0], after.Table.Partitions[0]);
        Assert.Equal(before.Table.Partitions[1], after.Table.Partitions[1] with { Length = before.Table.Partitions[1].Length });
        Assert.True(after.Table.Partitions[1].Length < before.Table.Partitions[1].Length);
        Assert.Equal(before.Root.Uuid, after.Root.Uuid);
        Assert.Equal(before.Root.Label, after.Root.Label);
        Assert.Equal(after.Table.Partitions[1].Length, after.Root.Bytes);
        Assert.Equal(0, after.Disk.Length % Mebi);
    }

    [Fact]
    public void Head_and_gaps_stay_to_the_byte()
    {
        Job.ToRaw(cards.Pi, _folder["small.img"]);
        byte[] before = Job.Bytes(cards.Pi, 0, cards.Partitions.Boot.Start);
        byte[] after = Job.Bytes(_folder["small.img"], 0, cards.Partitions.Boot.Start);
        int[] differing = [.. Enumerable.Range(0, before.Length).Where(at => before[at] != after[at])];
        // In the entry of partition 2, from byte 0x1CE on: its last cylinder, head and sector, and its length.
        Assert.All(differing, at => Assert.True(at is >= 0x1CE + 5 and < 0x1CE + 8 or >= 0x1CE + 12 and < 0x1CE + 16, $"byte {at} differs"));
        Assert.NotEmpty(differing);
    }

    [Fact]
    public void A_gap_between_partitions_and_the_noise_in_it_stay()
    {
        // Partition 1 gives its last MiB up: what lies there belongs to nobody now, and is carried over all the same.
        string source = SampleCards.Copy(cards.Pi, _folder["gap.img"]);
        long gap = cards.Partitions.Boot.End - Mebi;
        byte[] sectors = BitConverter.GetBytes((uint)((gap - cards.Partitions.Boot.Start) / 512));
        Job.Poke(source, 0x1BE + 12, sectors);
        Job.Poke(source, cards.Partitions.Boot.Start + 0x13, 0, 0);
        Job.Poke(source, cards.Partitions.Boot.Start + 0x20, sectors);
        byte[] noise = Noise.Bytes(11, (int)Mebi);
        Job.Poke(source, gap, noise);
        Job.ToRaw(source, _folder["small.img"]);
        Assert.Equal(noise, Job.Bytes(_folder["small.img"], gap, Mebi));
    }

    [Fact]
    public void The_boot_volume_stays_to_the_byte()
    {
        Job.ToRaw(cards.Pi, _folder["small.img"]);
        using var before = new OpenCard(cards.Pi);
        using var after = new OpenCard(_folder["small.img"]);
        foreach (ByteRange range in before.Boot.DataRanges().Ranges())
        {
            long start = cards.Partitions.Boot.Start + range.Start;
            Assert.Equal(before.Disk.ReadBytes(start, (int)range.Length), after.Disk.ReadBytes(start, (int)range.Length));
        }

        Assert.Equal(OpenCard.Listing(before.Boot.Files), OpenCard.Listing(after.Boot.Files));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_file_is_what_it_was(bool checksums)
    {
        string source = checksums ? cards.WithChecksums : cards.Pi;
        Job.ToRaw(source, _folder["small.img"], options => options with { Expand = null });
        using var before = new OpenCard(source);
        using var after = new OpenCard(_folder["small.img"]);
        Assert.Equal(OpenCard.Listing(before.Files), OpenCard.Listing(after.Files));
    }

    [Fact]
    public void Less_room_gives_a_smaller_image()
    {
        ShrinkReport roomy = Plan(options => options);
        ShrinkReport tight = Plan(options => options with { Room = ShrinkRoom.None });
        ShrinkReport roomier = Plan(options => options with { Room = ShrinkRoom.Of(50 * Mebi) });
        Assert.InRange(roomy.Output.ImageBytes - tight.Output.ImageBytes, 18 * Mebi, 22 * Mebi);
        Assert.InRange(roomier.Output.ImageBytes - tight.Output.ImageBytes, 48 * Mebi, 53 * Mebi);
        PartitionReport root = tight.Partitions[1];
        Assert.InRange(root.ShrunkBytes!.Value - root.MinimumBytes!.Value, 0, 2 * Mebi); // the hook's blocks count, too
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    public void Reserve_for_root_is_the_share_asked_for(double share)
    {
        Job.ToRaw(cards.Pi, _folder["small.img"], options => options with { ReservedShare = share });
        using var after = new OpenCard(_folder["small.img"]);
        byte[] superblock = after.Disk.ReadBytes(after.Table.Partitions[^1].Start + 1024, 1024);
        long reserved = (long)Le.U32(superblock, 0x8) << 10 << (int)Le.U32(superblock, 0x18); // s_r_blocks_count_lo, s_log_block_size
        Assert.InRange(reserved, (long)(after.Root.Bytes * share) - 8192, (long)(after.Root.Bytes * share));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_trimmed_journal_makes_the_image_smaller(bool checksums)
    {
        string source = checksums ? cards.WithChecksums : cards.Pi;
        ShrinkReport whole = Job.ToRaw(source, _folder["whole.img"], options => options with { Room = ShrinkRoom.None });
        ShrinkReport trimmed = Job.ToRaw(source, _folder["small.img"], options => options with { Room = ShrinkRoom.None, TrimJournal = true });
        Assert.InRange(whole.Partitions[1].Floor!.JournalBytes, 4 * Mebi + 1, 64 * Mebi);
        Assert.Equal(4 * Mebi, trimmed.Partitions[1].Floor!.JournalBytes);
        Assert.True(trimmed.Partitions[1].ShrunkBytes < whole.Partitions[1].ShrunkBytes);
        using var before = new OpenCard(_folder["whole.img"]);
        using var after = new OpenCard(_folder["small.img"]);
        Assert.Equal(OpenCard.Listing(before.Files), OpenCard.Listing(after.Files));
    }

    /// <remarks>An image is whole MiB long, or where that would be longer than its card, a multiple of 4096.</remarks>
    [Theory]
    [InlineData(100_000_000, 99_614_720)]
    [InlineData(100 * Mebi, 100 * Mebi)]
    [InlineData(120 * Mebi - 1, 119 * Mebi)]
    [InlineData(120 * Mebi + 1, 120 * Mebi)]
    [InlineData(200_000_000, 199_999_488)]
    [InlineData(300_000_000, 199_999_488)]
    public void A_size_is_kept_and_used(long largest, long expected)
    {
        ShrinkReport report = Plan(options => options with { LargestImage = largest });
        Assert.Equal(expected, report.Output.ImageBytes);
        PartitionReport root = report.Partitions[1];
        Assert.InRange(expected - (root.Start + root.ShrunkBytes!.Value), 0, 4095);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(5_000_000, true)]
    [InlineData(30_000_000, false)]
    public void A_size_that_is_too_small_is_refused(long largest, bool trimmed)
    {
        var refused = Assert.Throws<NotEnoughSpaceException>(() => Job.ToRaw(
            cards.Pi, _folder["small.img"], options => options with { LargestImage = largest, TrimJournal = trimmed }));
        string journal = trimmed ? "" : @"--trim-journal makes it \d+ MB smaller\. ";
        Assert.Matches(
            $@"\d+ bytes \(\d+ MB\) too many\. Delete files on the card, or allow a larger image\. {journal}Most is in /.* \(\d+ MB\)", refused.Message);
        Assert.Empty(Job.Names(_folder[""]));
    }

    [Fact]
    public void Volumes_keep_their_sizes_when_that_is_asked_for()
    {
        ShrinkReport report = Job.ToRaw(cards.Pi, _folder["same.img"], options => options with { KeepSizes = true });
        Assert.Equal(new FileInfo(cards.Pi).Length, report.Output.ImageBytes);
        Assert.True(report.Output.DataBytes < report.Output.ImageBytes / 4);
        Assert.All(report.Partitions, partition => Assert.Null(partition.ShrunkBytes));
        Assert.Equal("none", report.Hook.Mechanism);
        Assert.Single(report.Warnings.Append(report.Hook.Reason), each => each.Contains("as asked for", StringComparison.Ordinal));
        Assert.Equal(Job.Bytes(cards.Pi, 0, 512), Job.Bytes(_folder["same.img"], 0, 512));
        using var before = new OpenCard(cards.Pi);
        using var after = new OpenCard(_folder["same.img"]);
        Assert.Equal(OpenCard.Listing(before.Files), OpenCard.Listing(after.Files));
    }

    [Fact]
    public void All_sectors_give_the_identical_image()
    {
        string source = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        Job.Poke(source, cards.Partitions.Root.End - 5000, Noise.Bytes(3, 5000)); // free space that is not zero
        ShrinkReport report = Job.Run(new ShrinkOptions { Source = source, Output = _folder["all.zst"], AllSectors = true });
        Assert.Equal(Job.Sha256(source), report.Output.Sha256);
    }

    [Fact]
    public void A_dry_run_writes_nothing_and_foretells_the_length()
    {
        ShrinkReport planned = Plan(options => options with { DryRun = true });
        Assert.Empty(Job.Names(_folder[""]));
        Assert.Null(planned.Output.Bytes);
        Assert.Null(planned.Output.Sha256);
        Assert.False(planned.Output.Verified);
        ShrinkReport done = Job.ToRaw(cards.Pi, _folder["small.img"]);
        Assert.Equal(done.Output.ImageBytes, planned.Output.ImageBytes);
    }

    [Fact]
    public void The_hook_is_there_by_default_and_not_when_nothing_shall_expand()
    {
        ShrinkReport with = Job.ToRaw(cards.Pi, _folder["with.img"]);
        ShrinkReport without = Job.ToRaw(cards.Pi, _folder["without.img"], options => options with { Expand = null });
        Assert.NotEqual("none", with.Hook.Mechanism);
        Assert.Equal("none", without.Hook.Mechanism);
        using var hooked = new OpenCard(_folder["with.img"]);
        using var plain = new OpenCard(_folder["without.img"]);
        Assert.All(_hookPaths, path => Assert.True(hooked.Files.Exists(path), path));
        Assert.All(_hookPaths, path => Assert.False(plain.Files.Exists(path), path));
    }

    [Fact]
    public void The_boot_volume_is_edited_where_the_system_is_asked_there_and_stays_sound()
    {
        ShrinkReport report = Job.ToRaw(cards.Pi, _folder["native.img"], options => options with { ExpandNative = true });
        Assert.True(report.Hook is { Mechanism: "Raspberry Pi OS first boot", Grows: true }, report.Hook.Reason);
        using var source = new OpenCard(cards.Pi);
        using var native = new OpenCard(_folder["native.img"]);
        Assert.All(_hookPaths, path => Assert.False(native.Files.Exists(path), path));
        Assert.Empty(native.Boot.Warnings);
        List<string> before = OpenCard.Listing(source.Boot.Files), after = OpenCard.Listing(native.Boot.Files);
        Assert.Equal(before.Select(Path), after.Select(Path));
        Assert.Equal(["/cmdline.txt"], after.Except(before).Select(Path));
        Assert.EndsWith(" init=/usr/lib/raspberrypi-sys-mods/firstboot\n",
            System.Text.Encoding.ASCII.GetString(native.Boot.Files.TryReadFile("/cmdline.txt")!));
    }

    [Fact]
    public void What_belongs_to_one_machine_is_taken_off_where_that_is_asked_for()
    {
        ShrinkReport report = Job.ToRaw(cards.Pi, _folder["general.img"], options => options with { Generalize = true });
        using var general = new OpenCard(_folder["general.img"]);
        Assert.Contains(report.Generalized, file => file is { Item: "machine id", Action: "empty" });
        Assert.All(report.Generalized.Where(file => file.Action == "delete"), file => Assert.False(general.Files.Exists(file.Path), file.Path));
        Assert.All(report.Generalized.Where(file => file.Action == "empty"), file => Assert.Empty(general.Files.TryReadFile(file.Path)!));
        Assert.Empty(Job.ToRaw(cards.Pi, _folder["usual.img"]).Generalized);
    }

    [Fact]
    public void A_shrunk_image_can_be_shrunk_again_and_gets_nothing_twice()
    {
        Job.ToRaw(cards.Pi, _folder["once.img"]);
        Job.ToRaw(_folder["once.img"], _folder["twice.img"], options => options with { Expand = ExpandLimit.Percent(50) });
        using var once = new OpenCard(_folder["once.img"]);
        using var twice = new OpenCard(_folder["twice.img"]);
        Assert.InRange(twice.Disk.Length, 1, once.Disk.Length + Mebi);
        List<string> before = OpenCard.Listing(once.Files);
        List<string> after = OpenCard.Listing(twice.Files);
        Assert.Equal(before.Select(Path), after.Select(Path));
        // Only the settings are other ones.
        Assert.Equal([FirstBootHook.SettingsPath], after.Except(before).Select(Path));
    }

    [Fact]
    public void Nothing_expands_when_that_is_asked_for_even_if_the_source_has_the_hook()
    {
        Job.ToRaw(cards.Pi, _folder["once.img"]);
        ShrinkReport report = Job.ToRaw(_folder["once.img"], _folder["twice.img"], options => options with { Expand = null });
        Assert.Equal("not asked for (--expand none); taken away: systemd hook", report.Hook.Reason);
        using var twice = new OpenCard(_folder["twice.img"]);
        Assert.All(_hookPaths, path => Assert.False(twice.Files.Exists(path), path));
    }

    [Fact]
    public void The_source_is_refused_as_output()
    {
        string source = SampleCards.Copy(cards.Pi, _folder["card.img"]);
        string before = Job.Sha256(source);
        var outputs = new List<string> { source, System.IO.Path.Combine(_folder["x"], "..", "card.img") };
        if (!OperatingSystem.IsWindows())
        {
            // Windows lets only administrators make links.
            File.CreateSymbolicLink(_folder["link.img"], source);
            Directory.CreateSymbolicLink(_folder["folder"], _folder[""]);
            Tool.Run("ln", source, _folder["twin.img"]);
            outputs.Add(_folder["twin.img"]);
            outputs.AddRange([_folder["link.img"], System.IO.Path.Combine(_folder["folder"], "card.img"), System.IO.Path.Combine(_folder["folder"], "link.img")]);
        }

        foreach (string output in outputs)
        {
            var refused = Assert.Throws<AccessException>(() => Job.ToRaw(source, output, options => options with { Overwrite = true }));
            Assert.Contains("is the source itself; name another file.", refused.Message);
        }

        if (!OperatingSystem.IsWindows())
            Assert.Throws<AccessException>(() => Job.ToRaw(System.IO.Path.Combine(_folder["folder"], "card.img"), source, options => options with { Overwrite = true }));
        Assert.Equal(before, Job.Sha256(source));
    }

    [Fact]
    public void An_existing_output_is_replaced_only_on_demand()
    {
        File.WriteAllText(_folder["small.img"], "precious");
        var refused = Assert.Throws<AccessException>(() => Job.ToRaw(cards.Pi, _folder["small.img"]));
        Assert.Contains("exists already; name another output, or use --force to replace it.", refused.Message);
        Assert.Equal("precious", File.ReadAllText(_folder["small.img"]));
        Assert.Equal(["small.img"], Job.Names(_folder[""]));

        ShrinkReport report = Job.ToRaw(cards.Pi, _folder["small.img"], options => options with { Overwrite = true });
        Assert.Equal(report.Output.Sha256, Job.Sha256(_folder["small.img"]));
        Assert.Equal(["small.img"], Job.Names(_folder[""]));
    }

    [Theory]
    [InlineData(Phase.Checking, 0)]
    [InlineData(Phase.Planning, 0)]
    [InlineData(Phase.Writing, 0)]
    [InlineData(Phase.Writing, 30_000_000)]
    [InlineData(Phase.Verifying, 0)]
    [InlineData(Phase.Verifying, 30_000_000)]
    public void A_cancelled_job_leaves_nothing(Phase phase, long done)
    {
        foreach (string format in (string[])["raw", "zst"])
        {
            foreach (bool keepSizes in (bool[])[false, true])
            {
                File.WriteAllText(_folder["out"], "the one before");
                using var cancel = new CancellationTokenSource();
                var progress = new Job.OnStep(step =>
                {
                    if (step.Phase == phase && step.Done >= done)
                        cancel.Cancel();
                });
                var options = new ShrinkOptions
                {
                    Source = cards.Pi, Output = _folder["out"], Format = ContainerFormats.ByName(format), Overwrite = true, KeepSizes = keepSizes,
                };
                Assert.ThrowsAny<OperationCanceledException>(() => ShrinkJob.Run(options, progress, cancel.Token));
                Assert.Equal(["out"], Job.Names(_folder[""]));
                Assert.Equal("the one before", File.ReadAllText(_folder["out"]));
            }
        }
    }

    [Fact]
    public void A_bare_volume_gives_a_bare_volume()
    {
        ShrinkReport report = Job.ToRaw(cards.Volume, _folder["small.img"]);
        Assert.Equal("none", report.Table.Kind);
        Assert.Equal(("none", "the image is one volume without a partition table, so no partition can grow"),
            (report.Hook.Mechanism, report.Hook.Reason));
        using var before = new OpenCard(cards.Volume);
        using var after = new OpenCard(_folder["small.img"]);
        Assert.Equal(TableKind.None, after.Table.Kind);
        Assert.Equal(after.Disk.Length, after.Root.Bytes);
        Assert.True(after.Disk.Length < before.Disk.Length / 2);
        Assert.Equal(OpenCard.Listing(before.Files), OpenCard.Listing(after.Files));
    }

    [Fact]
    public void A_bare_volume_keeps_to_a_size()
    {
        ShrinkReport report = Job.ToRaw(cards.Volume, _folder["small.img"], options => options with { LargestImage = 90_000_000, DryRun = true });
        Assert.Equal(90_000_000 / 4096 * 4096, report.Output.ImageBytes);
    }

    [Fact]
    public void A_gpt_keeps_its_identities_and_both_its_copies()
    {
        string source = SampleCards.Copy(cards.Pi, _folder["gpt.img"]);
        GptCard.Convert(source, cards.Partitions);
        ShrinkReport report = Job.ToRaw(source, _folder["small.img"]);
        Assert.Equal("gpt", report.Table.Kind);
        // Its files still ask for the partitions of the MBR that it had.
        Assert.All(report.Warnings, each => Assert.Contains("asks for PARTUUID=4f1c2a77-0", each));
        using var before = new OpenCard(source);
        using var after = new OpenCard(_folder["small.img"]);
        Assert.Empty(after.Table.Warnings);
        Assert.Equal(before.Table.DiskId, after.Table.DiskId);
        Assert.Equal(before.Table.Partitions[0], after.Table.Partitions[0]);
        Assert.Equal(before.Table.Partitions[1], after.Table.Partitions[1] with { Length = before.Table.Partitions[1].Length });
        Assert.Equal("EFI PART"u8, after.Disk.ReadBytes(after.Disk.Length - 512, 8));
        Assert.Contains("table=gpt", System.Text.Encoding.UTF8.GetString(after.Files.TryReadFile(FirstBootHook.SettingsPath)!));
        Assert.Equal(OpenCard.Listing(before.Boot.Files), OpenCard.Listing(after.Boot.Files));
    }

    [Theory]
    [InlineData(100 * Mebi)]
    [InlineData(100_000_000)]
    public void A_gpt_image_keeps_to_a_size(long largest)
    {
        string source = SampleCards.Copy(cards.Pi, _folder["gpt.img"]);
        GptCard.Convert(source, cards.Partitions);
        ShrinkReport report = Job.ToRaw(source, _folder["small.img"], options => options with { LargestImage = largest, DryRun = true });
        Assert.Equal(largest / Mebi * Mebi, report.Output.ImageBytes);
        PartitionReport root = report.Partitions[1];
        Assert.InRange(report.Output.ImageBytes - (root.Start + root.ShrunkBytes!.Value), 33 * 512, 33 * 512 + 4095);
    }

    private ShrinkReport Plan(Func<ShrinkOptions, ShrinkOptions> change) =>
        Job.ToRaw(cards.Pi, _folder["small.img"], options => change(options) with { DryRun = true });

    private static string Path(string line) => line.Split(' ')[0];
}
