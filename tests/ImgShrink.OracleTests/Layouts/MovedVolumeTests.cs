using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Pipeline;
using ImgShrink.Pipeline.Verify;
using ImgShrink.Testing;

namespace ImgShrink.OracleTests.Layouts;

/// <summary>Volumes that say where on the disk they start, behind one that shrinks.</summary>
public sealed class MovedVolumeTests : IDisposable
{
    private const int Sector = 512;

    private static readonly Layout _layout = new("Three kinds of boot sectors behind a root", 260,
        "label: dos\nlabel-id: 0x4f1c2a77\nstart=8192,size=100M,type=83\nsize=33M,type=c\nsize=40M,type=7\nsize=40M,type=7\n",
        new Part(1, "ext4", "root"), new Part(2, "fat32", "FAT"), new Part(3, "exfat", "EX"), new Part(4, "ntfs", "NT"));

    private readonly TempFolder _folder = new();

    private string Card => _folder["card.img"];

    private string Small => _folder["small.img"];

    public void Dispose() => _folder.Dispose();

    [OracleFact("sfdisk", "mke2fs", "e2fsck", "mkfs.fat", "fsck.fat", "mcopy", "mkfs.exfat", "fsck.exfat", "mkntfs", "ntfsfix")]
    public void They_follow_in_all_copies_and_their_checkers_find_nothing()
    {
        LayoutCard.Make(_layout, _folder, Card);
        foreach (var (number, (start, bytes)) in LayoutCard.Places(_layout, Card))
            Place(number, start, bytes);

        ShrinkJob.Run(
            new ShrinkOptions { Source = Card, Output = Small, Format = ContainerFormats.ByName("raw"), Expand = null },
            new Progress<ProgressStep>(), CancellationToken.None);

        var (before, after) = (LayoutCard.Places(_layout, Card), LayoutCard.Places(_layout, Small));
        Assert.All([2, 3, 4], number => Assert.True(after[number].Start < before[number].Start));
        foreach (var (number, (start, bytes)) in after)
        {
            string kind = _layout.Parts.Single(each => each.Number == number).FileSystem;
            foreach (long at in BootSectors(kind, bytes))
            {
                Assert.Equal(start / Sector, Stored(kind, start + at));
                VolumeChecker.ExpectSound(kind, BootingFrom(at, start, bytes), 0, bytes, _folder["scratch"]);
            }
        }

        VerifyReport verdict = VerifyJob.Run(
            new VerifyOptions { Image = Small, Against = Card }, new Progress<ProgressStep>(), CancellationToken.None);
        Assert.Empty(verdict.Comparison!.Differences);
        VolumeChecker.ExpectSound("ext4", Small, after[1].Start, after[1].Bytes, _folder["scratch"]);
    }

    private static long[] BootSectors(string kind, long bytes) => kind switch
    {
        "fat32" => [0, 6 * Sector],
        "exfat" => [0, 12 * Sector],
        "ntfs" => [0, bytes - Sector],
        _ => [],
    };

    private long Stored(string kind, long at)
    {
        using var small = new RawImageFile(Small);
        return kind == "exfat" ? BitConverter.ToInt64(small.ReadBytes(at + 0x40, 8)) : BitConverter.ToUInt32(small.ReadBytes(at + 0x1C, 4));
    }

    /// <summary>A copy of a volume whose checker has to go by the boot sector at <paramref name="at"/>.</summary>
    private string BootingFrom(long at, long start, long bytes)
    {
        string copy = _folder["copy"];
        Shell.Need("dd", $"if={Small}", $"of={copy}", "bs=64K", $"skip={start}", $"count={bytes}", "iflag=skip_bytes,count_bytes",
            "conv=sparse", "status=none");
        using FileStream volume = File.Open(copy, FileMode.Open);
        byte[] region = new byte[at == 12 * Sector ? 12 * Sector : Sector];
        volume.Position = at;
        volume.ReadExactly(region);
        volume.Position = 0;
        volume.Write(region);
        return copy;
    }

    /// <summary>Makes a volume say where it is, as a formatter does that knows.</summary>
    private void Place(int number, long start, long bytes)
    {
        using FileStream card = File.Open(Card, FileMode.Open);
        string kind = _layout.Parts.Single(each => each.Number == number).FileSystem;
        foreach (long at in BootSectors(kind, bytes))
        {
            card.Position = start + at + (kind == "exfat" ? 0x40 : 0x1C);
            card.Write(BitConverter.GetBytes((uint)(start / Sector)));
            if (kind != "exfat")
                continue;
            byte[] region = new byte[11 * Sector];
            card.Position = start + at;
            card.ReadExactly(region);
            uint sum = 0;
            for (int i = 0; i < region.Length; i++)
                sum = i is 0x6A or 0x6B or 0x70 ? sum : unchecked((sum << 31 | sum >> 1) + region[i]);
            for (int i = 0; i < Sector / 4; i++)
                card.Write(BitConverter.GetBytes(sum));
        }
    }
}
