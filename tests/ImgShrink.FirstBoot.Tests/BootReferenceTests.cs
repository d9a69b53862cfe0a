using ImgShrink.Blocks;
using ImgShrink.FirstBoot.References;
using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class BootReferenceTests
{
    private const string RootId = "0a3c2a52-91a4-4a1c-9f0d-5b6d2c1d7e10";

    private static readonly PartitionNames[] _card =
    [
        new(1, "4f1c2a77-01", "boot", "5DE4-665C", "bootfs"),
        new(2, "4f1c2a77-02", "my root", RootId, "root fs"),
    ];

    [Theory]
    [InlineData("root=PARTUUID=4f1c2a77-02 rootwait", 2)]
    [InlineData("root=PARTUUID=4F1C2A77-02", 2)]
    [InlineData("root=PARTUUID=4f1c2a77-01/PARTNROFF=1", 1)]
    [InlineData("root=PARTUUID=4f1c2a77-03", null)]
    [InlineData("root=LABEL=bootfs", 1)]
    [InlineData("root=LABEL=Bootfs", null)]
    [InlineData("root=\"LABEL=root fs\"", null)]
    [InlineData("root=LABEL=\"root fs\"", 2)]
    [InlineData("setenv bootargs \"root=PARTLABEL=boot rw\"", 1)]
    [InlineData($"root=UUID={RootId}", 2)]
    [InlineData($"root=/dev/disk/by-uuid/{RootId}", 2)]
    [InlineData(@"root=/dev/disk/by-label/root\x20fs", 2)]
    [InlineData("root=/dev/disk/by-partlabel/my\\x20root", 2)]
    public void A_command_line_leads_to_a_partition_or_nowhere(string line, int? target) =>
        Assert.Equal(target, Assert.Single(Found("/cmdline.txt", line)).Target);

    [Theory]
    [InlineData("console=tty1 root=/dev/mmcblk0p2")]
    [InlineData("root=PARTUUID=${uuid}")]
    [InlineData("ROOT_UUID=5DE4-665C")]
    [InlineData("root=UUID=")]
    [InlineData("# root=UUID=5DE4-665C")]
    [InlineData("LABEL linux")]
    [InlineData("UUID=\u0007bell")]
    public void What_names_no_partition_is_no_reference(string line) => Assert.Empty(Found("/extlinux/extlinux.conf", line));

    [Fact]
    public void Every_line_of_fstab_counts_but_comments()
    {
        IReadOnlyList<FoundReference> found = Found("/etc/fstab", $"""
            # UUID=11111111-2222-3333-4444-555555555555 /old ext4 defaults 0 0
            PARTUUID=4f1c2a77-01  /boot/firmware  vfat  defaults  0  2
            UUID={RootId}  /  ext4  defaults,noatime  0  1
            LABEL=root\040fs /again ext4 ro 0 0
            UUID="5de4-665c" /efi vfat defaults 0 0
            UUID=99999999-2222-3333-4444-555555555555 /media/usb ext4 nofail 0 0
            /dev/sda1 /mnt ext4 noauto 0 0
            """);
        Assert.Equal([1, 2, 2, 1, null], found.Select(each => each.Target));
        Assert.Equal(
            ["/etc/fstab on partition 7 asks for UUID=99999999-2222-3333-4444-555555555555, which nothing on the card has."],
            ReferenceCheck.Warnings(found));
    }

    [Theory]
    [InlineData("/boot/grub/grub.cfg", $"\tsearch --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt2 {RootId}")]
    [InlineData("/EFI/debian/grub.cfg", $"search.fs_uuid {RootId} root hd0,gpt2")]
    [InlineData("/grub2/grub.cfg", "search --label --set=root bootfs")]
    [InlineData("/boot/grub/grub.cfg", $"linux /boot/vmlinuz root=UUID={RootId} ro")]
    [InlineData("/loader/entries/a.conf", $"options root=UUID={RootId}")]
    [InlineData("/boot/extlinux/extlinux.conf", "append root=PARTUUID=4f1c2a77-02 rw")]
    [InlineData("/armbianEnv.txt", $"rootdev=UUID={RootId}")]
    [InlineData("/boot/armbianEnv.txt", $"rootdev=UUID={RootId}")]
    [InlineData("/boot.cmd", "setenv bootargs root=PARTUUID=4f1c2a77-02 rootwait")]
    [InlineData("/boot/firmware/cmdline.txt", "root=PARTUUID=4f1c2a77-02")]
    public void Files_of_all_boot_loaders_are_looked_at(string path, string line)
    {
        FoundReference found = Assert.Single(Found(path, line));
        Assert.Equal((7, path), (found.Partition, found.File));
        Assert.NotNull(found.Target);
    }

    [Fact]
    public void A_name_that_is_used_twice_in_a_file_is_one_reference() =>
        Assert.Single(Found("/cmdline.txt", "root=LABEL=bootfs resume=LABEL=bootfs"));

    [Fact]
    public void A_reference_that_is_lost_on_the_way_is_an_error_that_names_the_file()
    {
        MemoryFileTree tree = new MemoryFileTree().With("/cmdline.txt", "root=PARTUUID=4f1c2a77-02").With("/etc/fstab", "LABEL=gone / ext4");
        IReadOnlyList<FoundReference> before = ReferenceCheck.Resolve([(1, tree)], _card);
        ReferenceCheck.RequireKept(before, before);
        IReadOnlyList<FoundReference> after = ReferenceCheck.Resolve([(1, tree)], [_card[0], _card[1] with { PartUuid = "966ad0d3-02" }]);
        var lost = Assert.Throws<VerificationException>(() => ReferenceCheck.RequireKept(before, after));
        Assert.StartsWith("/cmdline.txt on partition 1 asks for PARTUUID=4f1c2a77-02, which nothing on the planned card has", lost.Message);
        Assert.Equal(7, lost.ExitCode);
    }

    [Fact]
    public void A_reference_that_is_new_has_to_lead_somewhere()
    {
        MemoryFileTree tree = new MemoryFileTree().With("/cmdline.txt", "root=LABEL=nobody");
        Assert.Throws<VerificationException>(() => ReferenceCheck.RequireKept([], ReferenceCheck.Resolve([(1, tree)], _card)));
    }

    private static IReadOnlyList<FoundReference> Found(string path, string text) =>
        ReferenceCheck.Resolve([(7, new MemoryFileTree().With(path, text))], _card);
}
