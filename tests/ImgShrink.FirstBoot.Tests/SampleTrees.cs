using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

/// <summary>Root file systems of every family, reduced to what the decisions look at.</summary>
internal static class SampleTrees
{
    public static readonly ExpandTarget Mbr = new(ExpandTable.Mbr, 2, 532480, "ext4", "d1dd9f45-53ac-4bf4-9d0b-b2b3b6d4a0a1");

    public static readonly ExpandTarget Gpt = Mbr with { Table = ExpandTable.Gpt };

    public static readonly ExpandTarget Logical = Mbr with { Partition = 5 };

    /// <summary>Debian 13, whose /sbin and /lib are links into /usr.</summary>
    public static MemoryFileTree Debian() => new MemoryFileTree()
        .WithLink("/sbin", "usr/sbin")
        .WithLink("/lib", "usr/lib")
        .WithLink("/etc/os-release", "../usr/lib/os-release")
        .With("/usr/lib/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nVERSION=\"13 (trixie)\"\nVERSION_CODENAME=trixie\nID=debian\n")
        .With("/usr/lib/systemd/systemd")
        .With("/usr/lib/systemd/systemd-growfs")
        .With("/usr/lib/systemd/system/systemd-growfs-root.service")
        .With("/usr/sbin/sfdisk")
        .With("/usr/sbin/resize2fs")
        .With("/usr/bin/partx")
        .With("/usr/bin/od")
        .With("/usr/bin/dd")
        .With("/etc/fstab", "PARTUUID=4f1c2a77-02  /  ext4  defaults,noatime  0  1\n");

    /// <summary>Ubuntu Server, which expands itself.</summary>
    public static MemoryFileTree Ubuntu() => Debian()
        .With("/usr/bin/cloud-init")
        .With("/usr/bin/growpart")
        .WithLink("/var/lib/cloud/instance", "/var/lib/cloud/instances/i-1")
        .With("/etc/cloud/cloud.cfg", "cloud_init_modules:\n  - seed_random\n  - growpart\n  - resizefs\n");

    public static MemoryFileTree Armbian() => Debian()
        .With("/etc/armbian-release", "BOARD=bananapi\nVERSION=25.8.1\n")
        .With("/usr/lib/systemd/system/armbian-resize-filesystem.service")
        .With("/root/.no_rootfs_resize")
        .With("/usr/sbin/parted")
        .With("/usr/sbin/fdisk");

    public static MemoryFileTree DietPi() => Debian()
        .With("/boot/dietpi/.version", "G_DIETPI_VERSION_CORE=9\nG_DIETPI_VERSION_SUB=8\nG_DIETPI_VERSION_RC=0\n")
        .With("/etc/systemd/system/dietpi-fs_partition_resize.service")
        .With("/var/lib/dietpi/services/fs_partition_resize.sh");

    public static MemoryFileTree BeagleBone() => Debian()
        .With("/etc/dogtag", "BeagleBoard.org Debian Trixie IoT Image 2025-11-19\n")
        .With("/etc/bbb.io/growpart_done")
        .WithLink("/etc/systemd/system/multi-user.target.wants/bbbio-set-sysconf.service", "/usr/lib/systemd/system/bbbio-set-sysconf.service");

    public static MemoryFileTree BeagleBoneBoot() => new MemoryFileTree().With("/sysconf.txt").With("/extlinux/extlinux.conf");

    /// <summary>Raspberry Pi OS of some release, with all that its own first boot is made of.</summary>
    public static MemoryFileTree RaspberryPi(string codename) => Debian()
        .With("/usr/lib/os-release", $"NAME=\"Debian GNU/Linux\"\nVERSION=\"({codename})\"\nVERSION_CODENAME={codename}\nID=debian\n")
        .With("/etc/rpi-issue", "Raspberry Pi reference 2025-10-01\n")
        .With("/etc/machine-id", MachineId)
        .With("/usr/lib/raspberrypi-sys-mods/firstboot")
        .With("/usr/share/initramfs-tools/scripts/local-premount/resize_early")
        .With("/usr/bin/raspi-config");

    public static MemoryFileTree RaspberryPiBoot(string more = "") => new MemoryFileTree()
        .With("/config.txt", "auto_initramfs=1\n")
        .With("/initramfs8")
        .With("/cmdline.txt", $"console=tty1 root=PARTUUID=4f1c2a77-02 rootwait{more}\n");

    /// <summary>When the machines of these trees were started first.</summary>
    public static readonly DateTimeOffset FirstStart = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>openSUSE that KIWI built, with the initrd that it came with.</summary>
    public static MemoryFileTree Kiwi() => Debian()
        .With("/usr/lib/os-release", "NAME=\"openSUSE Leap\"\nVERSION=\"15.6\"\nID=\"opensuse-leap\"\n")
        .With("/usr/lib/dracut/modules.d/99kiwi-repart/module-setup.sh")
        .With("/boot/initrd-6.4").WithLink("/boot/initrd", "initrd-6.4")
        .With("/etc/machine-id", MachineId).At(FirstStart, "/etc/machine-id");

    public static MemoryFileTree BatoceraShare() => new MemoryFileTree().With("/system/batocera.conf").With("/roms/gamelist.xml");

    public static MemoryFileTree BatoceraBoot() => new MemoryFileTree()
        .With("/batocera-boot.conf", "# /!\\ options\r\n#autoresize=true\r\nsharedevice=INTERNAL\r\n")
        .With("/boot/batocera");

    public static MemoryFileTree LibreElecStorage() => new MemoryFileTree().With("/.config/hostname").With("/.kodi/userdata/x").With("/videos/x");

    public static MemoryFileTree LibreElecBoot() => new MemoryFileTree().With("/SYSTEM").With("/KERNEL").With("/cmdline.txt", "boot=LABEL=LIBREELEC disk=LABEL=STORAGE\n");

    /// <summary>Alpine on a disk: OpenRC, busybox, and the few programs that were added.</summary>
    public static MemoryFileTree Alpine(params string[] added)
    {
        MemoryFileTree tree = new MemoryFileTree()
            .With("/etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.22.1\n")
            .With("/sbin/openrc").With("/sbin/openrc-run").WithLink("/etc/runlevels/boot/root", "/etc/init.d/root")
            .WithProgram("/etc/init.d/root").With("/etc/inittab", "::sysinit:/sbin/openrc sysinit\n")
            .With("/bin/busybox").WithLink("/bin/dd", "/bin/busybox").WithLink("/usr/bin/od", "/bin/busybox")
            .With("/etc/fstab", "UUID=1 / ext4 rw,relatime 0 1\n");
        return added.Aggregate(tree, (with, program) => with.With($"/usr/sbin/{program}"));
    }

    public static MemoryFileTree Gentoo() => new MemoryFileTree()
        .WithLink("/etc/os-release", "../usr/lib/os-release")
        .With("/usr/lib/os-release", "NAME=Gentoo\nID=gentoo\nVERSION_ID=2.17\n")
        .With("/sbin/openrc").With("/sbin/openrc-run").WithLink("/etc/runlevels/boot/root", "/etc/init.d/root")
        .WithProgram("/etc/init.d/root").With("/sbin/sfdisk").With("/sbin/resize2fs").With("/usr/bin/partx").With("/usr/bin/od");

    /// <summary>Void: runit, whose second stage runs rc.local.</summary>
    public static MemoryFileTree Void() => new MemoryFileTree()
        .With("/etc/os-release", "NAME=\"Void\"\nID=\"void\"\n")
        .WithProgram("/etc/runit/2").WithProgram("/etc/rc.local", "# Default rc.local for void\n")
        .With("/usr/bin/sfdisk").With("/usr/bin/resize2fs").With("/usr/bin/partx").With("/usr/bin/od");

    public static MemoryFileTree OpenWrt(params string[] added)
    {
        MemoryFileTree tree = new MemoryFileTree()
            .With("/etc/os-release", "NAME=\"OpenWrt\"\nVERSION=\"23.05.5\"\nID=\"openwrt\"\n")
            .With("/etc/openwrt_release", "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='23.05.5'\n")
            .With("/etc/rc.local", "exit 0\n").With("/etc/uci-defaults/13_fix-group-user")
            .With("/bin/busybox").WithLink("/bin/dd", "busybox").WithLink("/usr/bin/hexdump", "../../bin/busybox");
        return added.Aggregate(tree, (with, program) => with.With($"/usr/sbin/{program}"));
    }

    public static MemoryFileTree Buildroot() => new MemoryFileTree()
        .With("/etc/os-release", "NAME=Buildroot\nVERSION=2025.02\nID=buildroot\n")
        .With("/etc/inittab", "::sysinit:/etc/init.d/rcS\n")
        .WithProgram("/etc/init.d/rcS", "#!/bin/sh\nfor i in /etc/init.d/S??* ;do\n  $i start\ndone\n")
        .WithProgram("/etc/init.d/S01syslogd")
        .With("/bin/busybox").WithLink("/bin/dd", "busybox").WithLink("/usr/bin/od", "../../bin/busybox")
        .With("/usr/sbin/resize2fs").With("/usr/sbin/partx");

    public static MemoryFileTree Yocto() => Buildroot()
        .WithProgram("/etc/init.d/rcS", "#!/bin/sh\nexec /etc/init.d/rc S\n")
        .WithProgram("/etc/init.d/rc")
        .WithLink("/etc/rcS.d/S02banner.sh", "../init.d/banner.sh");

    /// <summary>Devuan: sysvinit with insserv's list, which makes it ignore start scripts that are not in it.</summary>
    public static MemoryFileTree Devuan()
    {
        MemoryFileTree tree = Debian()
            .With("/usr/lib/os-release", "NAME=\"Devuan GNU/Linux\"\nVERSION=\"5 (daedalus)\"\nID=devuan\n")
            .With("/etc/inittab").With("/etc/init.d/.depend.boot").WithProgram("/etc/init.d/rc").WithProgram("/etc/init.d/rcS")
            .WithProgram("/etc/init.d/rc.local").WithLink("/etc/rcS.d/S01hostname.sh", "../init.d/hostname.sh")
            .WithProgram("/etc/rc.local", RcLocal);
        tree.Delete("/usr/lib/systemd/systemd");
        return tree;
    }

    /// <summary>MX Linux: systemd is there, and sysvinit is what starts.</summary>
    public static MemoryFileTree MxLinux() => Devuan()
        .With("/usr/lib/os-release", "NAME=\"MX\"\nVERSION=\"23.6 (Libretto)\"\nID=mx\n")
        .With("/usr/lib/systemd/systemd").WithProgram("/sbin/init");

    private const string MachineId = "0f1e2d3c4b5a69788796a5b4c3d2e1f0\n";

    public const string RcLocal = "#!/bin/sh -e\n# By default this script does nothing.\necho caf\u00e9\n\nexit 0\n";

    /// <summary>What PiShrink puts in place of rc.local.</summary>
    public const string PiShrink = "#!/bin/bash\ndo_expand_rootfs() {\n  ROOT_PART=$(mount | sed -n 's|^/dev/\\(.*\\) on / .*|\\1|p')\n}\nraspi_config_expand\ndo_expand_rootfs\nif [[ -f /etc/rc.local.bak ]]; then\n  cp -f /etc/rc.local.bak /etc/rc.local\n  /etc/rc.local\nfi\nexit 0\n";

    /// <summary>What that puts in its own place before it restarts.</summary>
    public const string PiShrinkSecond = "#!/bin/sh\necho \"Expanding /dev/mmcblk0p2\"\nresize2fs /dev/mmcblk0p2\nrm -f /etc/rc.local; cp -fp /etc/rc.local.bak /etc/rc.local && /etc/rc.local\n\n";
}
