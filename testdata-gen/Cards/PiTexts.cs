namespace ImgShrink.SampleCards.Cards;

/// <summary>The files of a Pi-style system that programs read, as short as they can be and still be true.</summary>
internal static class PiTexts
{
    public const string CommandLine =
        "console=serial0,115200 console=tty1 root=PARTUUID=4f1c2a77-02 rootfstype=ext4 fsck.repair=yes rootwait\n";

    public const string Config = """
        # For more options and information see config.txt in the documentation
        dtparam=audio=on
        camera_auto_detect=1
        display_auto_detect=1
        auto_initramfs=1
        dtoverlay=vc4-kms-v3d
        max_framebuffers=2
        disable_fw_kms_setup=1
        arm_64bit=1
        disable_overscan=1
        arm_boost=1

        [cm4]
        otg_mode=1

        [all]

        """;

    public const string OsRelease = """
        PRETTY_NAME="Sample card (Raspberry Pi OS style)"
        NAME="Debian GNU/Linux"
        VERSION_ID="12"
        VERSION="12 (bookworm)"
        VERSION_CODENAME=bookworm
        ID=debian

        """;

    public const string FileSystemTable = """
        proc            /proc           proc    defaults          0       0
        PARTUUID=4f1c2a77-01  /boot/firmware  vfat    defaults          0       2
        PARTUUID=4f1c2a77-02  /               ext4    defaults,noatime  0       1

        """;

    public const string Users = """
        root:x:0:0:root:/root:/bin/bash
        daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
        www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
        pi:x:1000:1000:,,,:/home/pi:/bin/bash

        """;

    public const string Groups = """
        root:x:0:
        shadow:x:42:
        www-data:x:33:
        sudo:x:27:pi
        pi:x:1000:

        """;

    public const string Hosts = "127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\traspberrypi\n";

    public const string Issue = "Sample card 2024-11-19, made in the style of Raspberry Pi OS\n";

    public const string Profile = "# ~/.bashrc: executed by bash(1) for non-login shells.\nalias ll='ls -l'\nHISTSIZE=1000\n";

    /// <summary>A unit of systemd.</summary>
    public static string Unit(string name) =>
        $"[Unit]\nDescription={name} daemon\nAfter=network.target\n\n[Service]\nExecStart=/usr/sbin/{name}\nRestart=on-failure\n\n"
        + "[Install]\nWantedBy=multi-user.target\n";
}
