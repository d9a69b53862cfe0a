using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat;
using ImgShrink.Testing;

namespace ImgShrink.FileSystems.Tests.Fat;

public class FatVolumeTests
{
    [Theory]
    [InlineData(12, 100, 100)]
    [InlineData(12, 4084, 4084)]
    [InlineData(16, 4085, 4085)]
    [InlineData(16, 65524, 65524)]
    [InlineData(32, 200, 199)]
    public void An_empty_volume_is_described(int bits, int clusters, int free)
    {
        byte[] bytes = TinyFat.OfKind(bits, clusters);
        FatVolume volume = Open(bytes);

        Assert.Equal(($"fat{bits}", "BOOT", "ABCD-1234"), (volume.FileSystem, volume.Label, volume.Uuid));
        Assert.Equal((bytes.Length, free * 512L), (volume.Bytes, volume.FreeBytes));
        Assert.Empty(volume.Warnings);
        int end = TinyFat.ClusterAt(bytes, bits, bits == 32 ? 3 : 2);
        Assert.Equal([new ByteRange(0, end)], volume.DataRanges().Ranges());
    }

    [Fact]
    public void The_label_in_the_root_directory_comes_first()
    {
        byte[] bytes = TinyFat.Fat12();
        int root = TinyFat.RootAt(bytes, 12);
        "bootfs     "u8.CopyTo(bytes.AsSpan(root));
        bytes[root + 0xB] = 0x08;
        Assert.Equal("bootfs", Open(bytes).Label);
    }

    [Fact]
    public void No_name_is_no_label()
    {
        byte[] bytes = TinyFat.Fat12();
        "NO NAME    "u8.CopyTo(bytes.AsSpan(0x2B));
        Assert.Null(Open(bytes).Label);
        bytes[0x26] = 0;
        Assert.Null(Open(bytes).Uuid);
    }

    [Theory]
    [InlineData(0x1FE)]
    [InlineData(0)]
    [InlineData(0x0B)]
    [InlineData(0x0D)]
    [InlineData(0x10)]
    [InlineData(0x15)]
    public void What_does_not_look_like_FAT_is_not_opened(int at)
    {
        byte[] bytes = TinyFat.Fat12();
        bytes[at] = 3;
        Assert.Null(FatVolume.TryOpen(new MemoryStore(bytes)));
        Assert.Throws<CorruptImageException>(() => Open(bytes));
    }

    [Theory]
    [InlineData(0x20, 0xFFFFFFFF, "BPB_TotSec")]
    [InlineData(0x20, 5u, "BPB_TotSec")]
    [InlineData(0x24, 0u, "BPB_FATSz")]
    [InlineData(0x2C, 202u, "BPB_RootClus")]
    [InlineData(0x2C, 1u, "BPB_RootClus")]
    [InlineData(0x28, 0x82u, "BPB_ExtFlags")]
    public void A_boot_sector_that_cannot_be_true_is_named(int at, uint value, string place)
    {
        byte[] bytes = TinyFat.Fat32();
        Le.Put32(bytes, at, value);
        var error = Assert.Throws<CorruptImageException>(() => FatVolume.TryOpen(new MemoryStore(bytes)));
        Assert.Equal(("FAT boot sector", place), (error.Findings[0].Structure, error.Findings[0].Place));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(32)]
    public void Clusters_in_use_are_data_and_bad_ones_are_neither_data_nor_free(int bits)
    {
        byte[] bytes = TinyFat.OfKind(bits);
        long free = Open(bytes).FreeBytes;
        TinyFat.PutLinkInBoth(bytes, bits, 10, 11);
        TinyFat.PutLinkInBoth(bytes, bits, 11, 14);
        TinyFat.PutLinkInBoth(bytes, bits, 14, 0x0FFFFFFF);
        TinyFat.PutLinkInBoth(bytes, bits, 20, 0x0FFFFFF7);

        FatVolume volume = Open(bytes);
        Assert.Empty(volume.Warnings);
        Assert.Equal(free - 4 * 512, volume.FreeBytes);
        int ten = TinyFat.ClusterAt(bytes, bits, 10);
        Assert.Equal([new ByteRange(ten, 1024), new ByteRange(ten + 4 * 512, 512)], volume.DataRanges().Ranges().Skip(1));
    }

    [Theory]
    [InlineData(10, 300u, "The FAT entry of cluster 10 is 300, expected 2 to 201.")]
    [InlineData(10, 1u, "The FAT entry of cluster 10 is 1, expected 2 to 201.")]
    [InlineData(10, 12u, "A FAT entry leads to cluster 12, which is free.")]
    [InlineData(30, 20u, "Two FAT entries lead to cluster 20, one of them that of cluster 30.")]
    [InlineData(21, 20u, "Two FAT entries lead to cluster 20, one of them that of cluster 21.")]
    public void A_link_that_cannot_be_true_makes_everything_data(int cluster, uint next, string damage)
    {
        byte[] bytes = TinyFat.Fat32();
        TinyFat.PutLinkInBoth(bytes, 32, 19, 20);
        TinyFat.PutLinkInBoth(bytes, 32, 20, 21);
        TinyFat.PutLinkInBoth(bytes, 32, 21, 0x0FFFFFFF);
        TinyFat.PutLinkInBoth(bytes, 32, cluster, next);
        AssertAllData(bytes, damage);
    }

    [Fact]
    public void Tables_that_differ_make_everything_data()
    {
        byte[] bytes = TinyFat.Fat32();
        TinyFat.PutLink(bytes, 32, 77, 0x0FFFFFFF, table: 1);
        AssertAllData(bytes, "The two FATs differ, first at cluster 77.");
    }

    [Fact]
    public void Only_the_active_table_counts_where_one_is_named()
    {
        byte[] bytes = TinyFat.Fat32();
        TinyFat.PutLink(bytes, 32, 77, 0x0FFFFFFF, table: 1);
        Le.Put16(bytes, 0x28, 0x81);
        FatVolume volume = Open(bytes);
        Assert.Empty(volume.Warnings);
        Assert.True(volume.DataRanges().Contains(TinyFat.ClusterAt(bytes, 32, 77)));
    }

    [Theory]
    [InlineData(5, "\"LOST.TXT\" begins in cluster 5, which is not there, free, or not its own.")]
    [InlineData(2, "\"LOST.TXT\" begins in cluster 2, which is not there, free, or not its own.")]
    [InlineData(9999, "\"LOST.TXT\" begins in cluster 9999, which is not there, free, or not its own.")]
    public void A_file_that_begins_in_no_chain_of_its_own_makes_everything_data(int first, string damage)
    {
        byte[] bytes = TinyFat.Fat32();
        int slot = TinyFat.RootAt(bytes, 32);
        "LOST    TXT"u8.CopyTo(bytes.AsSpan(slot));
        Le.Put16(bytes, slot + 0x1A, (ushort)first);
        AssertAllData(bytes, damage);
    }

    [Fact]
    public void A_directory_that_is_its_own_parent_is_found()
    {
        byte[] bytes = TinyFat.Fat12();
        TinyFat.PutLinkInBoth(bytes, 12, 2, 2);
        int slot = TinyFat.RootAt(bytes, 12);
        "LOOP       "u8.CopyTo(bytes.AsSpan(slot));
        bytes[slot + 0xB] = 0x10;
        bytes[slot + 0x1A] = 2;
        AssertAllData(bytes, "\"LOOP\" begins in cluster 2, which is not there, free, or not its own.");
        bytes.AsSpan(TinyFat.ClusterAt(bytes, 12, 2), 512).Fill(0x41);
        Assert.Throws<CorruptImageException>(() => Open(bytes).Files.List("/loop"));
    }

    [Fact]
    public void Seeded_damage_gives_an_answer_or_a_typed_error()
    {
        var files = new MemoryStore(TinyFat.Fat12());
        IFileEditor editor = FatVolume.Edit(files, DateTimeOffset.UnixEpoch);
        editor.WriteFile("/a/b/some long name.txt", Noise.Bytes(seed: 1, 3000), UnixFileMode.None);
        editor.WriteFile("/cmdline.txt", Noise.Bytes(seed: 2, 1000), UnixFileMode.None);
        byte[] good = files.ReadBytes(0, (int)files.Length);
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = [.. good];
            for (int i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(seed % 2 == 0 ? 64 : 12 * 512)] = (byte)random.Next(256);
            try
            {
                if (FatVolume.TryOpen(new MemoryStore(bytes)) is not FatVolume volume)
                    continue;
                Assert.True(volume.DataRanges().TotalBytes <= bytes.Length && volume.Label != "");
                volume.Files.List("/a/b");
                volume.Files.TryReadFile("/a/b/some long name.txt");
                FatVolume.Edit(new WriteOverlay(new MemoryStore(bytes)), DateTimeOffset.UnixEpoch)
                    .WriteFile("/a/new.txt", bytes, UnixFileMode.None);
            }
            catch (ImgShrinkException)
            {
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}", error);
            }
        }
    }

    private static void AssertAllData(byte[] bytes, string damage)
    {
        FatVolume volume = Open(bytes);
        Assert.EndsWith($"is damaged, so all of it is kept. {damage}", Assert.Single(volume.Warnings));
        Assert.Equal([new ByteRange(0, volume.Bytes)], volume.DataRanges().Ranges());
        var error = Assert.Throws<CorruptImageException>(() => FatVolume.Edit(new MemoryStore(bytes), DateTimeOffset.UnixEpoch));
        Assert.Contains(damage, error.Message);
    }

    private static FatVolume Open(byte[] bytes) => FatVolume.Open(new MemoryStore(bytes));
}
