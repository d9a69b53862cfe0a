using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

/// <summary>A card of one family of systems, and what becomes of it.</summary>
/// <param name="Name">How tests call it.</param>
/// <param name="Root">The files of the volume that grows.</param>
/// <param name="Mechanism">The mechanism that is decided on.</param>
/// <param name="Reason">What the reason holds.</param>
public sealed record Family(string Name, Func<MemoryFileTree> Root, string Mechanism, string Reason)
{
    public Func<MemoryFileTree>? Boot { get; init; }

    public string? Label { get; init; }

    internal ExpandTarget Target { get; init; } = SampleTrees.Mbr;

    /// <summary>The system by its name; null where none is recognised.</summary>
    public string? System { get; init; }

    internal SystemTrees Files => new(Root(), Boot?.Invoke(), Label);

    public override string ToString() => Name;

    public static TheoryData<Family> All => new(s_all);

    /// <summary>The one that tests call so.</summary>
    public static Family Of(string name) => s_all.Single(each => each.Name == name);

    /// <summary>Those whose mechanism writes to the card.</summary>
    public static TheoryData<Family> Written => new(s_all.Where(each => FirstBootHook.Decide(each.Files, each.Target).WritesHook));

    private static readonly Family[] s_all =
    [
        new("Debian", SampleTrees.Debian, "systemd hook", "Debian GNU/Linux 13 (trixie) starts with systemd") { System = "Debian GNU/Linux 13 (trixie)" },
        new("Debian on a logical partition", SampleTrees.Debian, "systemd hook", "systemd") { Target = SampleTrees.Logical },
        new("Debian on GPT", SampleTrees.Debian, "systemd hook", "systemd") { Target = SampleTrees.Gpt },
        new("old and without merged /usr", () => new MemoryFileTree().With("/lib/systemd/systemd").With("/sbin/sfdisk")
            .With("/sbin/resize2fs").With("/usr/bin/od").With("/sbin/partx"), "systemd hook", "systemd found"),
        new("Fedora with SELinux", () => SampleTrees.Debian().With("/etc/selinux/config", "SELINUX=enforcing\n"), "systemd hook", "systemd"),
        new("Kali", () => SampleTrees.Debian().With("/usr/lib/os-release", "NAME=\"Kali GNU/Linux\"\nVERSION=2025.3\n"), "systemd hook", "Kali") { System = "Kali GNU/Linux 2025.3" },
        new("Arch Linux ARM", () => SampleTrees.Debian().With("/usr/lib/os-release", "NAME=\"Arch Linux ARM\"\nID=archarm\n"), "systemd hook", "Arch") { System = "Arch Linux ARM" },
        new("Manjaro ARM", () => SampleTrees.Debian().With("/usr/lib/os-release", "NAME=\"Manjaro ARM\"\nID=manjaro-arm\n"), "systemd hook", "Manjaro") { System = "Manjaro ARM" },
        new("Odroid", () => SampleTrees.Debian().With("/lib/systemd/system/odroid-firstboot.service"), "systemd hook", "systemd"),
        new("OctoPi", () => SampleTrees.RaspberryPi("bookworm").With("/etc/octopi_version", "1.1.0\n"), "systemd hook", "OctoPi 1.1.0") { System = "OctoPi 1.1.0" },
        new("RetroPie", () => SampleTrees.RaspberryPi("buster").With("/opt/retropie/VERSION"), "systemd hook", "RetroPie") { System = "RetroPie (buster)" },
        new("Jetson", () => SampleTrees.Debian().With("/etc/nv_tegra_release", "# R36 (release), REVISION: 4.3, GCID: 38968081\n"), "systemd hook", "Jetson")
            { Target = SampleTrees.Gpt with { Partition = 1 }, System = "Jetson Linux R36.4.3" },
        .. ((string[])["buster", "bullseye", "bookworm", "trixie"]).Select(codename => new Family(
            $"Raspberry Pi OS {codename}", () => SampleTrees.RaspberryPi(codename), "systemd hook", "Raspberry Pi OS")
            { Boot = () => SampleTrees.RaspberryPiBoot(), System = $"Raspberry Pi OS ({codename})" }),
        new("Raspberry Pi OS buster, its own way", () => SampleTrees.RaspberryPi("buster"), "systemd hook", "no way of its own")
            { Boot = () => SampleTrees.RaspberryPiBoot(), Target = Native },
        new("Raspberry Pi OS bullseye, its own way", () => SampleTrees.RaspberryPi("bullseye"), "Raspberry Pi OS first boot", "restarts once")
            { Boot = () => SampleTrees.RaspberryPiBoot(), Target = Native },
        new("Raspberry Pi OS bookworm, its own way", () => SampleTrees.RaspberryPi("bookworm"), "Raspberry Pi OS first boot", "SSH host keys")
            { Boot = () => SampleTrees.RaspberryPiBoot(), Target = Native },
        new("Raspberry Pi OS trixie, its own way", () => SampleTrees.RaspberryPi("trixie"), "Raspberry Pi OS first boot", "new id")
            { Boot = () => SampleTrees.RaspberryPiBoot(), Target = Native },
        new("Ubuntu", SampleTrees.Ubuntu, "cloud-init", "every boot") { Target = SampleTrees.Gpt },
        new("Ubuntu with cloud-init masked", () => SampleTrees.Ubuntu().WithLink("/etc/systemd/system/cloud-init.service", "/dev/null"), "systemd hook", "systemd"),
        new("Ubuntu on a logical partition", SampleTrees.Ubuntu, "systemd hook", "systemd") { Target = SampleTrees.Logical },
        new("openSUSE by KIWI", () => SampleTrees.Kiwi(), "kiwi-repart", "every boot") { System = "openSUSE Leap 15.6" },
        new("openSUSE by KIWI with a new kernel", () => SampleTrees.Kiwi().With("/boot/initrd-6.5").At(SampleTrees.FirstStart.AddDays(9), "/boot/initrd-6.5"), "systemd hook", "openSUSE"),
        new("Home Assistant OS", () => new MemoryFileTree().With("/supervisor/x"), "Home Assistant OS", "every boot") { Label = "hassos-data", System = "Home Assistant OS" },
        new("Volumio", () => new MemoryFileTree().With("/dyn/x"), "Volumio", "every boot") { Label = "volumio_data", System = "Volumio" },
        new("Armbian", SampleTrees.Armbian, "Armbian service", "leaves 1 to 5 %") { System = "Armbian 25.8.1" },
        new("Armbian with its service masked", () => SampleTrees.Armbian().WithLink("/etc/systemd/system/armbian-resize-filesystem.service", "/dev/null"), "systemd hook", "Armbian"),
        new("Armbian on GPT", SampleTrees.Armbian, "systemd hook", "Armbian") { Target = SampleTrees.Gpt },
        new("Armbian with a limit", SampleTrees.Armbian, "systemd hook", "Armbian") { Target = SampleTrees.Mbr with { Limit = ExpandLimit.Percent(80) } },
        new("DietPi", SampleTrees.DietPi, "DietPi service", "dietpi-fs_partition_resize") { System = "DietPi 9.8.0" },
        new("BeagleBone", SampleTrees.BeagleBone, "BeagleBone growpart", "restarts the board once")
            { Boot = SampleTrees.BeagleBoneBoot, System = "BeagleBoard.org Debian Trixie IoT Image 2025-11-19" },
        new("BeagleBone without sysconf.txt", SampleTrees.BeagleBone, "systemd hook", "systemd"),
        new("Batocera", SampleTrees.BatoceraShare, "Batocera autoresize", "batocera-boot.conf") { Boot = SampleTrees.BatoceraBoot, Label = "SHARE", System = "Batocera" },
        new("Batocera on another partition", SampleTrees.BatoceraShare, "none", "partition 2 only") { Boot = SampleTrees.BatoceraBoot, Target = SampleTrees.Mbr with { Partition = 3 } },
        new("LibreELEC", SampleTrees.LibreElecStorage, "LibreELEC autostart", "autostart.sh") { Boot = SampleTrees.LibreElecBoot, Label = "STORAGE", System = "LibreELEC" },
        new("LibreELEC with an autostart", () => SampleTrees.LibreElecStorage().With("/.config/autostart.sh", "#!/bin/sh\nsleep 1\n"), "LibreELEC autostart", "before Kodi") { Boot = SampleTrees.LibreElecBoot },
        new("LibreELEC, never started", () => new MemoryFileTree().With("/.please_resize_me"), "LibreELEC", "never started") { Boot = SampleTrees.LibreElecBoot, Label = "STORAGE" },
        new("Alpine", () => SampleTrees.Alpine("resize2fs", "sfdisk", "partx"), "OpenRC hook", "Alpine Linux 3.22.1 starts with OpenRC") { System = "Alpine Linux 3.22.1" },
        new("Gentoo", SampleTrees.Gentoo, "OpenRC hook", "Gentoo 2.17 starts with OpenRC") { System = "Gentoo 2.17" },
        new("Alpine with resize2fs only", () => SampleTrees.Alpine("resize2fs"), "OpenRC hook", "the second the file system"),
        new("Alpine as it comes", () => SampleTrees.Alpine(), "none", "lacks resize2fs (package e2fsprogs-extra)"),
        new("Alpine on GPT", () => SampleTrees.Alpine("resize2fs"), "none", "lacks sfdisk") { Target = SampleTrees.Gpt },
        new("OpenWrt", () => SampleTrees.OpenWrt("resize2fs", "partx"), "OpenWrt uci-defaults", "OpenWrt 23.05.5") { System = "OpenWrt 23.05.5" },
        new("OpenWrt as it comes", () => SampleTrees.OpenWrt(), "none", "lacks resize2fs"),
        new("Buildroot", SampleTrees.Buildroot, "init script hook", "Buildroot 2025.02 starts with init scripts") { System = "Buildroot 2025.02" },
        new("Yocto", SampleTrees.Yocto, "init script hook", "init scripts"),
        new("Devuan", SampleTrees.Devuan, "rc.local hook", "Devuan GNU/Linux 5 (daedalus) starts with rc.local"),
        new("MX Linux, which has systemd and starts without it", SampleTrees.MxLinux, "rc.local hook", "MX 23.6 (Libretto) starts with rc.local"),
        new("Debian with an inittab from before systemd", () => SampleTrees.Debian().With("/etc/inittab").WithLink("/sbin/init", "/lib/systemd/systemd"), "systemd hook", "systemd"),
        new("Void", SampleTrees.Void, "rc.local hook", "Void starts with rc.local") { System = "Void" },
        new("NixOS", () => new MemoryFileTree().With("/etc/NIXOS").With("/nix/store/x"), "none", "NixOS"),
        new("NixOS, never started", () => new MemoryFileTree().With("/nix-path-registration").With("/nix/store/x"), "none", "NixOS"),
        new("Debian with Nix", () => SampleTrees.Debian().With("/nix/store/x"), "systemd hook", "Debian"),
        new("ostree", () => SampleTrees.Debian().With("/ostree/repo/config"), "none", "ostree"),
        new("CoreOS", () => SampleTrees.Debian().With("/usr/lib/os-release", "NAME=\"Fedora Linux\"\nID=fedora\nVARIANT_ID=coreos\n").With("/ostree/repo/config"), "none", "CoreOS"),
        new("Ubuntu Core", () => new MemoryFileTree().With("/system-data/var/lib/snapd/state.json"), "none", "Ubuntu Core") { Label = "ubuntu-data" },
        new("Android", () => new MemoryFileTree().With("/system/build.prop"), "none", "Android") { System = "Android" },
        new("a read-only root", () => SampleTrees.Debian().With("/etc/fstab", "LABEL=root / ext4 noatime,ro 0 1\n"), "none", "/etc/fstab mounts the root read-only"),
        new("a root that fstab only mentions", () => SampleTrees.Debian().With("/etc/fstab", "#/dev/sda1 / ext4 ro 0 1\n"), "systemd hook", "systemd"),
        new("overlayroot on the Pi", () => SampleTrees.RaspberryPi("bookworm"), "none", "(overlayroot=tmpfs:recurse=0 in cmdline.txt)") { Boot = () => SampleTrees.RaspberryPiBoot(" overlayroot=tmpfs:recurse=0") },
        new("overlay of older Pis", () => SampleTrees.RaspberryPi("buster"), "none", "boot=overlay") { Boot = () => SampleTrees.RaspberryPiBoot(" boot=overlay") },
        .. ((string[])["init=/sbin/overlayRoot.sh", "overlaytmpfs=yes", "systemd.volatile=overlay"]).Select(word => new Family(
            $"an overlay by {word}", () => SampleTrees.RaspberryPi("bookworm"), "none", $"({word} in cmdline.txt)")
            { Boot = () => SampleTrees.RaspberryPiBoot($" {word}") }),
        new("overlayroot of Ubuntu", () => SampleTrees.Debian().With("/etc/overlayroot.conf", "# x\noverlayroot=\"tmpfs\"\n"), "none", "/etc/overlayroot.conf"),
        new("overlayroot that is off", () => SampleTrees.Debian().With("/etc/overlayroot.conf", "overlayroot_cfgdisk=\"disabled\"\noverlayroot=\"\"\n"), "systemd hook", "systemd"),
        new("f2fs", SampleTrees.Debian, "none", "f2fs") { Target = SampleTrees.Mbr with { FileSystem = "f2fs" } },
        new("nothing known", () => new MemoryFileTree().With("/home/me/x"), "none", "nothing that starts programs"),
    ];

    private static ExpandTarget Native => SampleTrees.Mbr with { PrefersNative = true };
}
