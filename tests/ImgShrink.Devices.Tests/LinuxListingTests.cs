using ImgShrink.Devices.Listing;
using ImgShrink.Testing;

namespace ImgShrink.Devices.Tests;

/// <summary>The drives of Linux, read out of folders that look like /sys and /proc.</summary>
public sealed class LinuxListingTests : IDisposable
{
    private const long Sectors = 62333952;

    private readonly TempFolder _root = new();

    public LinuxListingTests()
    {
        Put("proc/self/mountinfo", """
            22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/root rw
            23 22 8:17 / /media/a\040card rw,nosuid shared:2 - vfat /dev/sdb1 rw
            24 22 254:0 / /data ro - ext4 /dev/mapper/data rw
            """);
        Put("proc/swaps", "Filename Type Size Used Priority\n/dev/sdd1 partition 1 0 -2");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_card_in_a_reader_is_recognised_with_what_is_mounted_on_it()
    {
        Drive("sdb", ("size", $"{Sectors}"), ("removable", "1"), ("ro", "0"), ("device/vendor", "Generic "),
            ("device/model", "STORAGE  DEVICE"), ("queue/logical_block_size", "512"));
        Partition("sdb", "sdb1", "8:17");
        DriveFacts card = Assert.Single(new LinuxListing(_root[""]).All());
        Assert.Equal("/dev/sdb", card.Path);
        Assert.Equal("Generic STORAGE DEVICE", card.Model);
        Assert.Equal(Sectors * 512, card.Bytes);
        Assert.Equal(512, card.SectorSize);
        Assert.False(card.IsWriteProtected);
        Assert.Null(card.SystemUse);
        DriveVolume volume = Assert.Single(card.Volumes);
        Assert.Equal("/dev/sdb1", volume.Device);
        Assert.Equal(["/media/a card"], volume.MountPoints);
        Assert.True(card.Likeness.IsCard);
    }

    [Fact]
    public void The_system_disk_is_never_a_card()
    {
        Drive("sda", ("size", "1000"), ("removable", "1"));
        Partition("sda", "sda2", "8:2");
        DriveFacts system = Assert.Single(new LinuxListing(_root[""]).All());
        Assert.Equal("/ is on it", system.SystemUse);
        Assert.False(system.Likeness.IsCard);
        Assert.Equal("this system needs it: / is on it", system.Likeness.Why);
    }

    [Fact]
    public void Swap_makes_a_system_disk_too()
    {
        Drive("sdd", ("size", "1000"));
        Partition("sdd", "sdd1", "8:49");
        Assert.Equal("swap is on it", new LinuxListing(_root[""]).All()[0].SystemUse);
    }

    [Fact]
    public void What_is_mounted_through_a_mapper_lies_on_the_drive_below()
    {
        Drive("sdc", ("size", "1000"));
        Partition("sdc", "sdc1", "8:33");
        Put("sys/class/block/sdc1/holders/dm-0", "");
        Put("sys/class/block/dm-0/dev", "254:0");
        DriveVolume volume = Assert.Single(new LinuxListing(_root[""]).All()[0].Volumes);
        Assert.Equal(["/data"], volume.MountPoints);
    }

    [Fact]
    public void An_empty_slot_has_no_card()
    {
        Drive("sdb", ("size", "0"), ("removable", "1"));
        DriveFacts slot = Assert.Single(new LinuxListing(_root[""]).All());
        Assert.False(slot.HasCard);
        Assert.Null(slot.Bytes);
        Assert.Equal(new CardLikeness(false, "an empty slot"), slot.Likeness);
    }

    [Fact]
    public void Slots_for_cards_and_soldered_memory_are_told_apart()
    {
        Drive("mmcblk0", ("size", "1000"), ("removable", "0"), ("device/type", "MMC"), ("device/name", "BJTD4R"));
        Drive("mmcblk0boot0", ("size", "8192"));
        Drive("mmcblk1", ("size", "1000"), ("removable", "0"), ("ro", "1"), ("device/type", "SD"), ("device/name", "SC32G"));
        IReadOnlyList<DriveFacts> found = new LinuxListing(_root[""]).All();
        Assert.Equal(["/dev/mmcblk0", "/dev/mmcblk1"], found.Select(each => each.Path));
        Assert.Equal([false, true], found.Select(each => each.Likeness.IsCard));
        Assert.Equal("SC32G", found[1].Model);
        Assert.True(found[1].IsWriteProtected);
    }

    [Fact]
    public void Devices_that_hold_no_card_are_left_out()
    {
        foreach (string name in (string[])["ram0", "zram0", "dm-0", "md127", "sr0", "fd0", "loop0"])
            Drive(name, ("size", "1000"));
        Assert.Empty(new LinuxListing(_root[""]).All());
    }

    [Fact]
    public void A_partition_belongs_to_its_drive_and_a_file_to_the_drive_it_is_on()
    {
        Drive("sdb", ("size", "1000"));
        Partition("sdb", "sdb1", "8:17");
        Drive("sda", ("size", "1000"));
        Partition("sda", "sda2", "8:2");
        var listing = new LinuxListing(_root[""]);
        Assert.Equal("sdb", listing.DriveOf("sdb1"));
        Assert.Equal("sdb", listing.DriveOf("sdb"));
        Assert.Null(listing.DriveOf("null"));
        Assert.Equal(["sdb"], listing.DrivesOfPath("/media/a card/image.img"));
        Assert.Equal(["sda"], listing.DrivesOfPath("/media/a cardboard.img"));
    }

    private void Drive(string name, params (string File, string Text)[] facts)
    {
        foreach (var (file, text) in facts)
            Put($"sys/block/{name}/{file}", text + "\n");
    }

    private void Partition(string drive, string name, string number)
    {
        Put($"sys/block/{drive}/{name}/partition", "1\n");
        Put($"sys/block/{drive}/{name}/dev", number + "\n");
    }

    private void Put(string path, string text)
    {
        string full = _root[path];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
