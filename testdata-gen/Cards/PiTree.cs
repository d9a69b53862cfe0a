using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.SampleCards.Ext.Tree;

namespace ImgShrink.SampleCards.Cards;

/// <summary>The root file system of a Pi that has been in use for two years.</summary>
internal static class PiTree
{
    private const string Modules = "/usr/lib/modules/6.6.51+rpt-rpi-v8";
    private const string Libraries = "/usr/lib/aarch64-linux-gnu";

    private static readonly (int, int) s_pi = (1000, 1000);
    private static readonly string[] s_daemons = ["ssh", "cron", "avahi-daemon", "dhcpcd", "rsyslog", "bluetooth",
        "triggerhappy", "nginx"];
    private static readonly string[] s_sections = ["net", "sound", "fs", "drivers", "crypto"];

    /// <summary>Makes the tree.</summary>
    /// <param name="fill">Bytes that its files have together, about.</param>
    /// <param name="seed">Decides names, sizes and content.</param>
    /// <param name="now">The time of the newest file.</param>
    public static TreeNode Grow(long fill, ulong seed, DateTimeOffset now)
    {
        var grower = new TreeGrower(seed, now);
        AddSkeleton(grower);
        AddConfiguration(grower);
        AddPrograms(grower, fill);
        AddPackages(grower, fill);
        AddHome(grower, fill);
        AddState(grower, fill);
        return grower.Root;
    }

    private static void AddSkeleton(TreeGrower grower)
    {
        foreach (string name in new[] { "boot/firmware", "dev", "etc", "home", "media", "mnt", "opt", "proc", "run",
            "srv", "sys", "usr/local/bin", "var/mail" })
            grower.Directory("/" + name);
        grower.Directory("/root", 0x1C0 /* 0700 */);
        grower.Directory("/tmp", 0x3FF /* 01777 */);
        grower.Directory("/var/tmp", 0x3FF);
        foreach (string name in new[] { "bin", "lib", "sbin" })
            grower.Link("/" + name, "usr/" + name);
        grower.Device("/dev/console", FileKind.CharDevice, 0x180 /* 0600 */, 5, 1);
        grower.Device("/dev/null", FileKind.CharDevice, 0x1B6 /* 0666 */, 1, 3);
        grower.Device("/dev/zero", FileKind.CharDevice, 0x1B6, 1, 5);
        grower.Device("/dev/mmcblk0", FileKind.BlockDevice, 0x1B0 /* 0660 */, 179, 0);
        grower.Device("/dev/mmcblk0p2", FileKind.BlockDevice, 0x1B0, 179, 2);
        grower.Device("/dev/initctl", FileKind.Fifo, 0x180);
    }

    private static void AddConfiguration(TreeGrower grower)
    {
        grower.Text("/usr/lib/os-release", PiTexts.OsRelease);
        grower.Link("/etc/os-release", "../usr/lib/os-release");
        grower.Text("/etc/debian_version", "12.8\n");
        grower.Text("/etc/rpi-issue", PiTexts.Issue);
        grower.Text("/etc/fstab", PiTexts.FileSystemTable);
        grower.Text("/etc/hostname", "raspberrypi\n");
        grower.Text("/etc/hosts", PiTexts.Hosts);
        grower.Text("/etc/machine-id", "0f1e2d3c4b5a69788796a5b4c3d2e1f0\n", 0x124 /* 0444 */);
        grower.Text("/etc/passwd", PiTexts.Users);
        grower.Text("/etc/group", PiTexts.Groups);
        grower.Text("/etc/shadow", "root:*:20046:0:99999:7:::\npi:!:20046:0:99999:7:::\n", 0x1A0 /* 0640 */, (0, 42));
        grower.Link("/etc/mtab", "../proc/self/mounts");
        grower.Link("/etc/localtime", "/usr/share/zoneinfo/Europe/London");
        grower.Link("/etc/systemd/system/default.target", "/lib/systemd/system/multi-user.target");
        foreach (string name in new[] { "sbin/sfdisk", "sbin/resize2fs", "bin/partx", "bin/od" })
            grower.File($"/usr/{name}", new ProgramContent((ulong)name.Length + 35, 60_000), 0x1ED);
        grower.Text("/usr/lib/raspberrypi-sys-mods/firstboot", "#!/bin/bash\n# Skeleton\nexit 0\n", 0x1ED);
        foreach (string name in s_daemons)
        {
            grower.Text($"/usr/lib/systemd/system/{name}.service", PiTexts.Unit(name));
            grower.Link($"/etc/systemd/system/multi-user.target.wants/{name}.service",
                $"/lib/systemd/system/{name}.service");
            grower.Text($"/etc/init.d/{name}", "#!/bin/sh\n# Skeleton\nexit 0\n", 0x1ED);
        }

        grower.Text("/usr/lib/systemd/system/multi-user.target",
            "[Unit]\nDescription=Multi-User System\nRequires=basic.target\n");
        // A target of 60 bytes and more does not fit the inode.
        grower.Link("/etc/alternatives/editor", "/usr/share/"
            + string.Concat(Enumerable.Repeat("alternatives/by-priority/", 4)) + "nano");
    }

    private static void AddPrograms(TreeGrower grower, long fill)
    {
        TreeNode systemd = grower.File("/usr/lib/systemd/systemd",
            new ProgramContent(1, Math.Min(1_500_000, fill / 50)), 0x1ED);
        grower.Link("/usr/sbin/init", "/lib/systemd/systemd");
        grower.Add("/usr/lib/systemd/systemd-executor", systemd, default);
        grower.File("/usr/bin/bash", new ProgramContent(2, Math.Min(1_200_000, fill / 50)), 0x1ED);
        grower.Link("/usr/bin/sh", "bash");
        foreach (string name in new[] { "sudo", "passwd", "su", "mount" })
            grower.File($"/usr/bin/{name}", new ProgramContent((ulong)name.Length, Math.Min(200_000, fill / 100)),
                0x9ED /* 04755 */);
        var mayOpenRawSockets = new TreeAttribute(
            6, "capability", [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        grower.File("/usr/bin/ping", new ProgramContent(9, 90_000), 0x1ED, attribute: mayOpenRawSockets);
        foreach (string name in s_daemons)
            grower.File($"/usr/sbin/{name}", new ProgramContent(grower.Random.Next(), Math.Min(400_000, fill / 200)),
                0x1ED);

        grower.Family(fill / 10, number => $"/usr/bin/tool-{number:D3}", 8_000, 2_000_000, Program, 0x1ED);
        grower.Family(fill / 7, number => $"{Libraries}/lib{number:D3}.so.{number % 7}.{number % 13}", 16_000,
            6_000_000, Program);
        for (int number = 0; number < 40; number++)
            grower.Link($"{Libraries}/lib{number:D3}.so", $"lib{number:D3}.so.{number % 7}.{number % 13}");
        grower.Family(
            fill / 14, number => $"{Modules}/kernel/{s_sections[number % 5]}/{(char)('a' + number % 26)}/mod{number:D4}/mod{number:D4}.ko.xz", 4_000, 300_000, Media);
    }

    private static void AddPackages(TreeGrower grower, long fill)
    {
        // Thousands of names in one directory: an index, and more blocks than the first few of a group.
        int packages = (int)Math.Clamp(fill / 150_000, 200, 1800);
        for (int number = 0; number < packages; number++)
        {
            string name = $"/var/lib/dpkg/info/package-{number:D4}";
            grower.File($"{name}.list", new TextContent(grower.Random.Next(), grower.Random.Size(60, 9_000)));
            if (number % 2 == 0)
                grower.File($"{name}.md5sums", new TextContent(grower.Random.Next(), grower.Random.Size(60, 5_000)));
        }

        grower.Family(fill / 40, number => $"/usr/share/doc/package-{number:D4}/copyright", 400, 30_000, Text);
        grower.Family(fill / 40, number => $"/usr/share/man/man{number % 8 + 1}/page-{number:D4}.{number % 8 + 1}.gz",
            300, 20_000, Media);
        grower.Family(fill / 30, number => $"/usr/lib/python3/dist-packages/mod{number % 40:D2}/part{number / 40}.py",
            200, 60_000, Text);
        for (int number = 0; number < 60; number++)
        {
            TreeNode zone = grower.File($"/usr/share/zoneinfo/Area{number % 6}/City{number:D2}",
                new NoiseContent(grower.Random.Next(), 300 + number * 20));
            grower.Add($"/usr/share/zoneinfo/posix/Area{number % 6}/City{number:D2}", zone, default);
        }

        grower.Text("/usr/share/zoneinfo/Europe/London", "TZif2\n");
    }

    private static void AddHome(TreeGrower grower, long fill)
    {
        grower.Directory("/home/pi", 0x1C0, s_pi, place: 0.6);
        grower.Text("/home/pi/.bashrc", PiTexts.Profile, owner: s_pi);
        grower.Directory("/home/pi/Pictures", owner: s_pi, place: 0.88);
        grower.Directory("/home/pi/Music", owner: s_pi, place: 0.45);
        grower.Directory("/home/pi/.cache/browser", owner: s_pi, place: 0.97);
        grower.Family(fill / 4, number => $"/home/pi/Pictures/2024/{number % 12 + 1:D2}/IMG_{number:D4}.JPG", 400_000,
            5_000_000, Media, owner: s_pi);
        grower.Family(fill / 8, number => $"/home/pi/Music/Album {number / 10}/{number % 10 + 1:D2} Track.flac",
            2_000_000, 20_000_000, Media, owner: s_pi);
        grower.Family(fill / 16, number => $"/home/pi/.cache/browser/{number % 16:x}/{number:x8}", 500, 400_000, Media,
            owner: s_pi);
        grower.Family(
            fill / 40, number => $"/home/pi/projects/weather station/src/module/deep/er/and/deeper/{number % 9}/file-{number:D4}.py", 100, 40_000, Text, owner: s_pi);
        grower.File("/home/pi/notes – Übersicht.txt", new TextContent(3, 20_000), owner: s_pi,
            attribute: new TreeAttribute(1, "comment", "keep"u8.ToArray()));
    }

    private static void AddState(TreeGrower grower, long fill)
    {
        grower.Directory("/var/lib/docker", 0x1C0, place: 0.78);
        grower.Family(fill / 10, number => $"/var/lib/docker/overlay2/{number % 5:x4}c0ffee/diff/usr/lib/blob-{number}",
            20_000, 8_000_000, Program);
        grower.Family(fill / 30, number => $"/var/log/syslog.{number}", 50_000, 4_000_000, Text, 0x1A0);
        grower.File("/var/lib/mysql/ibdata1", new SparseContent(7, Math.Clamp(fill / 4, 2_000_000, 80_000_000)), 0x1B0);
        grower.File("/var/log/lastlog", new SparseContent(8, 292_876), 0x1B4 /* 0664 */);
        grower.Text("/var/log/empty.log", "");
    }

    private static FileContent Program(ulong seed, long length) => new ProgramContent(seed, length);

    private static FileContent Media(ulong seed, long length) => new NoiseContent(seed, length);

    private static FileContent Text(ulong seed, long length) => new TextContent(seed, length);
}
