namespace ImgShrink.OracleTests.Layouts;

/// <summary>The layouts that people report, by family.</summary>
internal static class FieldLayouts
{
    private const string Dos = "label: dos\nlabel-id: 0x4f1c2a77\n";
    private const string Gpt = "label: gpt\nlabel-id: 11112222-3333-4444-5555-666677778888\n";

    private static readonly Part _boot = new(1, "fat32", "BOOT") { BootText = "console=tty1 root=PARTUUID=4f1c2a77-02 rootwait\n" };
    private static readonly Part _root = new(2, "ext4", "rootfs")
    {
        BootText = "PARTUUID=4f1c2a77-01 /boot vfat defaults 0 2\nPARTUUID=4f1c2a77-02 / ext4 defaults 0 1\n",
    };

    public static IReadOnlyList<Layout> All { get; } = [.. Pi(), .. OtherMbr(), .. Logical(), .. GptDisks(), .. Bare()];

    private static IEnumerable<Layout> Pi() =>
    [
        new("Buster on 32 GB", 160, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n", _boot, _root),
        new("Bookworm, pulled while it ran", 160, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n", _boot,
            _root with { Options = "-O ^metadata_csum_seed,^orphan_file,uninit_bg,needs_recovery" }),
        new("Bookworm with a tail behind the root", 220, Dos + "start=10240,size=40M,type=c\nstart=92160,size=80M,type=83\n", _boot, _root),
        new("Buster that became Bookworm: FAT16, no checksums, a file twice as long", 256,
            Dos + "start=2048,size=64M,type=e\nstart=133120,size=60M,type=83\n", _boot with { FileSystem = "fat16" },
            _root with { Options = "-O ^metadata_csum,uninit_bg" }),
        new("Raspbian of 2016", 160, Dos + "start=8192,size=129024,type=c\nstart=137216,type=83\n", _boot, _root),
        new("Raspbian of 2018, with a gap", 160, Dos + "start=8192,size=85611,type=c\nstart=98304,type=83\n", _boot, _root),
        new("Aligned to nothing", 140, Dos + "start=8192,size=120328,type=6\nstart=128520,type=83\n",
            _boot with { FileSystem = "fat16" }, _root),
        new("A root at 264 MiB", 340, Dos + "start=8192,size=40M,type=c\nstart=540672,type=83\n", _boot, _root),
        new("A first boot that is still to come", 160, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n",
            _boot with { BootText = "root=PARTUUID=4f1c2a77-02 resize init=/usr/lib/raspberrypi-sys-mods/firstboot\n" }, _root),
        new("No disk signature", 160, "label: dos\nlabel-id: 0x0\nstart=8192,size=40M,type=c\nstart=90112,type=83\n",
            _boot with { BootText = null }, _root with { BootText = null }) { Says = ["The disk signature is 00000000"] },
    ];

    private static IEnumerable<Layout> OtherMbr() =>
    [
        new("Armbian: one root behind a boot loader", 100, Dos + "start=8192,type=83\n",
            new Part(1, "ext4", "armbi_root") { BootText = "LABEL=armbi_root / ext4 defaults 0 1\n" })
        {
            Shrinks = 1,
            Then = ["head -c 3M /dev/urandom | dd of=IMAGE bs=8K seek=1 conv=notrunc iflag=fullblock status=none"],
        },
        new("LibreELEC: blocks of 1 KiB", 140, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n", _boot,
            new Part(2, "ext4", "STORAGE") { Options = "-b 1024" }),
        new("Batocera: a share in a long file", 260, Dos + "start=2048,size=40M,type=c\nstart=83968,size=100M,type=83\n",
            _boot with { Label = "BATOCERA" }, new Part(2, "ext4", "SHARE") { MiB = 60 }),
        new("Recalbox: an exFAT share behind the root", 220, Dos + "start=2048,size=40M,type=c\nsize=80M,type=83\ntype=7\n",
            _boot, _root, new Part(3, "exfat", "SHARE")),
        new("PiKVM: the store is the largest", 260, Dos + "start=2048,size=40M,type=c\nsize=16M,type=83\nsize=60M,type=83\ntype=83\n",
            _boot, new Part(2, "ext4", "PIPST"), new Part(3, "ext4", "PIROOT"), new Part(4, "ext4", "PIMSD")) { Shrinks = 4 },
        new("Venus OS: two roots and data", 260, Dos + "start=2048,size=40M,type=c\nsize=40M,type=83\nsize=40M,type=83\ntype=83\n",
            _boot, new Part(2, "ext4", "rootA"), new Part(3, "ext4", "rootB"), new Part(4, "ext4", "data")) { Shrinks = 4 },
        new("Swap at the end", 180, Dos + "start=8192,size=40M,type=c\nsize=80M,type=83\nsize=16M,type=82\n", _boot, _root,
            new Part(3, "swap", "swap0")),
        new("piCore", 80, Dos + "start=8192,size=16M,type=e\nstart=40960,size=40M,type=83\n",
            new Part(1, "fat16", "PICORE"), new Part(2, "ext4")),
        new("A btrfs root", 220, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n", _boot,
            new Part(2, "btrfs", "root")) { Shrinks = null },
        new("An F2FS root", 180, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n", _boot, new Part(2, "f2fs", "root")) { Shrinks = null },
        new("An encrypted root", 100, Dos + "start=8192,size=40M,type=c\nstart=90112,type=83\n", _boot, new Part(2, "luks")) { Shrinks = null },
        new("Entries out of order, and a number left out", 180, Dos + "2 : start=90112,type=83\n4 : start=8192,size=40M,type=c\n",
            _root with { BootText = "PARTUUID=4f1c2a77-04 /boot vfat defaults 0 2\n" }, _boot with { Number = 4 })
        {
            Says = ["not numbered in the order of the disk, which is 4, 2.", "there is no 1, 3."],
        },
    ];

    private static IEnumerable<Layout> Logical() =>
    [
        new("NOOBS: the settings are listed last", 240,
            Dos + "start=8192,size=40M,type=e\nstart=90112,size=140M,type=5\nstart=376832,size=32M,type=83\n"
                + "5 : start=92160,size=40M,type=c\n6 : size=80M,type=83\n",
            new Part(1, "fat16", "RECOVERY"), new Part(3, "ext4", "SETTINGS") { Options = "-b 1024" }, new Part(5, "fat32", "boot"),
            new Part(6, "ext4", "root")) { Shrinks = 6, Says = ["Partition 2 is an extended one and holds 5, 6."] },
        new("PINN", 460,
            Dos + "start=8192,size=40M,type=e\nstart=90112,type=5\n5 : size=32M,type=83\n6 : size=40M,type=c\n7 : size=40M,type=7\n"
                + "8 : size=32M,type=83\n9 : size=40M,type=c\n10 : type=83\n",
            new Part(1, "fat16", "RECOVERY"), new Part(5, "ext4", "SETTINGS") { Options = "-b 1024" }, new Part(6, "fat32", "boot32"),
            new Part(7, "exfat", "SHARE"), new Part(8, "ext4", "overlay"), new Part(9, "fat32", "boot64"), new Part(10, "ext4", "root64"))
        {
            Shrinks = 10,
            Says = ["Partition 2 is an extended one and holds 5, 6, 7, 8, 9, 10."],
        },
        new("An extended partition as the last primary", 160, Dos + "start=8192,size=40M,type=83\nstart=90112,type=5\n5 : type=83\n",
            new Part(1, "ext4"), new Part(5, "ext4")) { Shrinks = 5, Says = ["Partition 2 is an extended one and holds 5."] },
        new("An NVMe disk with a logical root and swap", 240, Dos + "start=2048,size=40M,type=c\nstart=83968,type=f\n5 : size=120M,type=83\n6 : size=16M,type=82\n",
            new Part(1, "fat32", "BOOT") { BootText = "root=PARTUUID=4f1c2a77-05\n" }, new Part(5, "ext4", "root"),
            new Part(6, "swap")) { Shrinks = 5 },
    ];

    private static IEnumerable<Layout> GptDisks() =>
    [
        new("EndeavourOS", 160, Gpt + "start=4096,size=40M,type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\nstart=86016,type=L,name=root\n",
            _boot with { BootText = "root=PARTLABEL=root\n" }, new Part(2, "ext4", "endeavouros")),
        new("Jetson: the root is partition 1 and lies last", 180,
            Gpt + string.Concat(Enumerable.Range(2, 13).Select(each => $"{each} : size={64 * each}K,type=L,name=P{each}\n"))
                + "1 : start=65536,type=L,name=APP\n",
            [new Part(1, "ext4", "APP"), .. Enumerable.Range(2, 13).Select(each => new Part(each, "unknown"))])
        {
            Shrinks = 1,
            Says = ["not numbered in the order of the disk, which is 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 1."],
        },
        new("Home Assistant OS", 260,
            Gpt + "size=20M,type=U,name=hassos-boot\nsize=8M,type=L,name=hassos-kernel0\nsize=16M,type=L,name=hassos-system0\nsize=8M,type=L,name=hassos-kernel1\n"
                + "size=16M,type=L,name=hassos-system1\nsize=8M,type=L,name=hassos-bootstate\nsize=32M,type=L,name=hassos-overlay\ntype=L,name=hassos-data\n",
            new Part(1, "fat16", "hassos-boot") { BootText = "root=PARTLABEL=hassos-system0\n" }, new Part(2, "squashfs"), new Part(3, "squashfs"),
            new Part(4, "unknown"), new Part(5, "erofs"), new Part(6, "unknown"), new Part(7, "ext4", "hassos-overlay"),
            new Part(8, "ext4", "hassos-data")) { Shrinks = 8 },
        new("A backup GPT that was left where a smaller disk ended", 160,
            Gpt + "start=2048,size=40M,type=U\ntype=L\n", _boot with { BootText = null }, _root with { BootText = null })
        {
            Then = ["truncate -s 220M IMAGE"],
            Says = ["The backup GPT is at sector 327679, not at the end of the disk"],
        },
        new("A primary GPT that is damaged", 160, Gpt + "start=2048,size=40M,type=U\ntype=L\n",
            _boot with { BootText = null }, _root with { BootText = null })
        {
            Then = ["dd if=/dev/zero of=IMAGE bs=512 seek=1 count=4 conv=notrunc status=none"],
            Says = ["The backup GPT is used, because the primary one is damaged."],
        },
        new("GPT entries behind a boot loader", 160, Gpt + "first-lba: 4096\nstart=8192,size=40M,type=U\nstart=90112,type=L\n",
            _boot with { BootText = null }, _root with { BootText = null })
        {
            Then =
            [
                "sgdisk -j 2048 IMAGE",
                "head -c 500K /dev/urandom | dd of=IMAGE bs=8K seek=1 conv=notrunc iflag=fullblock status=none",
            ],
        },
        new("A hybrid MBR", 160, Gpt + "start=8192,size=40M,type=U\nstart=90112,type=L\n", _boot with { BootText = null }, _root with { BootText = null })
        {
            Then = ["sgdisk -h 1:2 IMAGE"],
            Says = ["The disk has a hybrid MBR, which lists partitions beside the GPT: entry 2 is partition 1, entry 3 is partition 2."],
        },
        new("Windows and Linux", 240, Gpt + "size=33M,type=U\nsize=60M,type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\nsize=100M,type=L\n",
            new Part(1, "fat32", "SYSTEM"), new Part(2, "ntfs", "Windows"), new Part(3, "ext4", "linux")) { Shrinks = 3 },
        new("A live system with persistence and an XFS store", 560, Gpt + "size=40M,type=U\nsize=100M,type=L\nsize=400M,type=L\n",
            new Part(1, "fat32", "LIVE"), new Part(2, "ext4", "writable"), new Part(3, "xfs", "store")),
        new("Sectors of 4096 bytes", 220, Gpt + "start=512,size=20480,type=U\nstart=21504,size=25600,type=L\n",
            new Part(1, "fat16", "BOOT") { Options = "-S 4096 -F 16" }, new Part(2, "ext4", "root"))
        {
            Sector = 4096,
            Says = ["The disk has sectors of 4096 bytes."],
        },
    ];

    private static IEnumerable<Layout> Bare() =>
    [
        new("A bare volume", 80, "", new Part(0, "ext4", "root")) { Shrinks = 0 },
        new("A bare volume in a long file", 200, "", new Part(0, "ext4", "root") { MiB = 60 }) { Shrinks = 0 },
    ];
}
