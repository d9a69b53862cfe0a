using ImgShrink.Blocks;
using ImgShrink.FileSystems.ExFat.OnDisk;
using ImgShrink.FileSystems.Tests.Fat;

namespace ImgShrink.FileSystems.Tests;

/// <summary>What holds for every volume that says where it starts; then what is special about exFAT.</summary>
public class PlacedVolumeTests
{
    private const int OldStart = 0x0A0B0C, NewStart = 0x2800;

    /// <summary>The volume's kind, the field's place and length in a boot sector, and where there are boot sectors.</summary>
    public static TheoryData<string, int, int, long[]> Volumes { get; } = new()
    {
        { "fat12", 0x1C, 4, [0] },
        { "fat16", 0x1C, 4, [0] },
        { "fat32", 0x1C, 4, [0, 6 * 512] },
        { "ntfs", 0x1C, 4, [0, (4 << 20) - 512] },
        { "exfat", 0x40, 8, [0, 12 * 512] },
    };

    [Theory]
    [MemberData(nameof(Volumes))]
    public void All_boot_sectors_follow(string kind, int at, int length, long[] places)
    {
        WriteOverlay volume = Placed(kind, at, length, places);
        byte[] before = volume.ReadBytes(0, (int)volume.Length);

        Move(volume, OldStart);

        Assert.All(places, place => Assert.Equal(Field(NewStart, length), volume.ReadBytes(place + at, length)));
        foreach (long place in places)
            volume.Write(place + at, Field(OldStart, length));
        var changed = new RangeSet();
        foreach (int index in Enumerable.Range(0, before.Length).Where(index => before[index] != volume.ReadBytes(index, 1)[0]))
            changed.Add(new ByteRange(index, 1));
        Assert.All(changed.Ranges(), range => Assert.True(kind == "exfat" && range.Start / 512 is 11 or 23));
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void A_volume_that_says_something_else_stays_as_it_is(string kind, int at, int length, long[] places)
    {
        var volume = (IPlacedVolume)FileSystemProbe.Open(Placed(kind, at, length, places));
        Assert.Empty(volume.MovedBootSectors(OldStart + 1, NewStart));
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void A_backup_that_says_something_else_stays_as_it_is(string kind, int at, int length, long[] places)
    {
        WriteOverlay volume = Placed(kind, at, length, places[..1]);
        Move(volume, OldStart);
        Assert.Equal(Field(NewStart, length), volume.ReadBytes(at, length));
        Assert.All(places[1..], place => Assert.NotEqual(Field(NewStart, length), volume.ReadBytes(place + at, length)));
    }

    [Fact]
    public void The_sector_behind_an_NTFS_volume_may_be_something_else()
    {
        long[] places = [0, (4 << 20) - 512];
        WriteOverlay volume = Placed("ntfs", 0x1C, 4, places);
        volume.Write(places[1] + 3, "EXTENDED"u8);
        var placed = (IPlacedVolume)FileSystemProbe.Open(volume);
        Assert.Equal([0L], placed.MovedBootSectors(OldStart, NewStart).Select(each => each.At));
    }

    [Fact]
    public void Both_regions_of_exFAT_get_their_checksums()
    {
        WriteOverlay volume = Placed("exfat", 0x40, 8, [0, 12 * 512]);
        Move(volume, OldStart);
        foreach (int region in (int[])[0, 12 * 512])
        {
            uint sum = ExFatBootSector.ChecksumOf(volume.ReadBytes(region, 11 * 512));
            byte[] sector = volume.ReadBytes(region + 11 * 512, 512);
            Assert.All(Enumerable.Range(0, 128), each => Assert.Equal(sum, Le.U32(sector, each * 4)));
        }

        Assert.Empty(FileSystemProbe.Open(volume).Warnings);
    }

    [Fact]
    public void A_damaged_backup_region_of_exFAT_is_not_made_to_look_sound()
    {
        WriteOverlay volume = Placed("exfat", 0x40, 8, [0, 12 * 512]);
        volume.Write(14 * 512, [1]);
        var placed = (IPlacedVolume)FileSystemProbe.Open(volume);
        Assert.Equal([0L, 11 * 512], placed.MovedBootSectors(OldStart, NewStart).Select(each => each.At));
    }

    /// <summary>A volume whose boot sectors at these places say that it starts at <see cref="OldStart"/>.</summary>
    private static WriteOverlay Placed(string kind, int at, int length, long[] places)
    {
        var volume = new WriteOverlay(kind.StartsWith("fat", StringComparison.Ordinal)
            ? new MemoryStore(TinyFat.OfKind(int.Parse(kind[3..]))) : new MapImage(kind).Store);
        if (kind == "fat32")
        {
            volume.Write(0x32, [6, 0]);
            volume.Write(6 * 512, volume.ReadBytes(0, 512));
        }

        foreach (long place in places)
        {
            volume.Write(place + at, Field(OldStart, length));
            if (kind == "exfat")
                volume.Write(place + 11 * 512, Field(ExFatBootSector.ChecksumOf(volume.ReadBytes(place, 11 * 512)), 4));
        }

        return volume;
    }

    private static void Move(WriteOverlay volume, long oldStart)
    {
        var placed = (IPlacedVolume)FileSystemProbe.Open(volume);
        foreach ((long at, byte[] sector) in placed.MovedBootSectors(oldStart, NewStart).ToList())
            volume.Write(at, sector);
    }

    private static byte[] Field(long value, int length) => BitConverter.GetBytes(value)[..length];
}
