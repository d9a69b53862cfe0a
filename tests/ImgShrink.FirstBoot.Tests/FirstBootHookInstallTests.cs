using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class FirstBootHookInstallTests
{
    [Theory]
    [InlineData("Debian", "644 /etc/imgshrink/attempts", "644 /etc/imgshrink/expand.conf", "644 /etc/systemd/system/imgshrink-expand.service", "755 /etc/imgshrink/expand",
        "link /etc/systemd/system/basic.target.wants/imgshrink-expand.service -> ../imgshrink-expand.service")]
    [InlineData("Alpine", "644 /etc/imgshrink/attempts", "644 /etc/imgshrink/expand.conf", "755 /etc/imgshrink/expand", "755 /etc/init.d/imgshrink-expand",
        "link /etc/runlevels/boot/imgshrink-expand -> /etc/init.d/imgshrink-expand")]
    [InlineData("OpenWrt", "644 /etc/imgshrink/attempts", "644 /etc/imgshrink/expand.conf", "644 /etc/uci-defaults/99-imgshrink-expand", "755 /etc/imgshrink/expand")]
    [InlineData("Buildroot", "644 /etc/imgshrink/attempts", "644 /etc/imgshrink/expand.conf", "755 /etc/imgshrink/expand", "755 /etc/init.d/S02imgshrink-expand")]
    [InlineData("Yocto", "644 /etc/imgshrink/attempts", "644 /etc/imgshrink/expand.conf", "755 /etc/imgshrink/expand", "755 /etc/rcS.d/S45imgshrink-expand")]
    [InlineData("LibreELEC", "644 /.config/imgshrink/attempts", "644 /.config/imgshrink/expand.conf", "755 /.config/autostart.sh", "755 /.config/imgshrink/expand")]
    [InlineData("Armbian", "link /etc/systemd/system/basic.target.wants/armbian-resize-filesystem.service -> /usr/lib/systemd/system/armbian-resize-filesystem.service")]
    [InlineData("DietPi", "link /etc/systemd/system/local-fs.target.wants/dietpi-fs_partition_resize.service -> /etc/systemd/system/dietpi-fs_partition_resize.service")]
    [InlineData("BeagleBone", "644 /etc/bbb.io/growpart")]
    [InlineData("Raspberry Pi OS trixie, its own way", "link /etc/systemd/system/sysinit.target.wants/systemd-growfs-root.service -> /usr/lib/systemd/system/systemd-growfs-root.service")]
    public void New_files_are_these(string family, params string[] expected)
    {
        Family of = Family.Of(family);
        MemoryFileTree root = of.Root();
        string[] before = [.. root.Listing()];
        Arm(of, new CardEditor(root, of.Boot?.Invoke(), of.Label));
        Assert.Equal(expected, root.Listing().Except(before)
            .Select(line => line.StartsWith("link") ? line : line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_say_which_partition_and_what_to_remove()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        Arm(new CardEditor(tree), SampleTrees.Gpt);
        Assert.Equal(
            """
            # Written by ImgShrink for /etc/imgshrink/expand, which removes it when the card is full.
            table=gpt
            partition=2
            # In sectors of 512 bytes.
            start=532480
            uuid=d1dd9f45-53ac-4bf4-9d0b-b2b3b6d4a0a1
            mount=/
            # max, a percentage of what the partition could have, or its size in bytes.
            grow=max
            starter=/etc/systemd/system/basic.target.wants/imgshrink-expand.service
            starter=/etc/systemd/system/imgshrink-expand.service

            """.ReplaceLineEndings("\n"),
            tree.Text(FirstBootHook.SettingsPath));
    }

    [Fact]
    public void The_unit_runs_behind_sysinit_and_before_basic_and_never_restarts()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Assert.Equal(
            """
            [Unit]
            Description=Grow the root file system to the size of this card
            DefaultDependencies=no
            After=systemd-remount-fs.service local-fs.target sysinit.target
            Before=basic.target shutdown.target
            Conflicts=shutdown.target
            ConditionPathExists=/etc/imgshrink/expand.conf

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/sh /etc/imgshrink/expand
            StandardOutput=journal+console
            TimeoutStartSec=10min

            """.ReplaceLineEndings("\n"),
            tree.Text(FirstBootHook.UnitPath));
    }

    [Fact]
    public void A_fresh_hook_starts_counting_anew()
    {
        MemoryFileTree tree = SampleTrees.Debian().With("/etc/imgshrink/attempts", "3\n");
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Assert.Equal("0\n", tree.Text("/etc/imgshrink/attempts"));
    }

    [Fact]
    public void A_link_that_went_astray_is_put_right()
    {
        MemoryFileTree tree = SampleTrees.Debian().WithLink(FirstBootHook.WantsPath, "/dev/null");
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Assert.Equal("../imgshrink-expand.service", tree.TryReadLink(FirstBootHook.WantsPath));
    }

    [Fact]
    public void A_line_is_put_into_rc_local_and_nothing_else_changes()
    {
        MemoryFileTree tree = SampleTrees.Devuan();
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Assert.Equal(
            SampleTrees.RcLocal.Replace("#!/bin/sh -e\n", "#!/bin/sh -e\n[ ! -e /etc/imgshrink/expand ] || /bin/sh /etc/imgshrink/expand\n"),
            tree.Text("/etc/rc.local"));
        Assert.EndsWith("\nline=/etc/rc.local\n", tree.Text(FirstBootHook.SettingsPath));
    }

    [Theory]
    [InlineData("LibreELEC", "starter=/storage/.config/autostart.sh", "#!/bin/sh\n")]
    [InlineData("LibreELEC with an autostart", "line=/storage/.config/autostart.sh", "#!/bin/sh\nsleep 1\n")]
    public void The_autostart_of_LibreELEC_is_made_or_gets_a_line(string family, string removes, string before)
    {
        Family of = Family.Of(family);
        MemoryFileTree storage = of.Root();
        Arm(of, new CardEditor(storage, of.Boot!(), of.Label));
        const string line = "[ ! -e /storage/.config/imgshrink/expand ] || /bin/sh /storage/.config/imgshrink/expand\n";
        Assert.Equal(before.Insert(10, line), storage.Text("/.config/autostart.sh"));
        string settings = storage.Text("/.config/imgshrink/expand.conf");
        Assert.EndsWith($"\n{removes}\n", settings);
        Assert.Contains("\nmount=/storage\n", settings);
        Assert.False(storage.Exists("/.please_resize_me"));
    }

    [Fact]
    public void Batocera_is_asked_in_its_own_settings()
    {
        MemoryFileTree boot = SampleTrees.BatoceraBoot();
        Arm(new CardEditor(SampleTrees.BatoceraShare(), boot), SampleTrees.Mbr);
        Assert.Equal("# /!\\ options\r\nautoresize=true\r\nsharedevice=INTERNAL\r\n", boot.Text("/batocera-boot.conf"));

        boot = new MemoryFileTree().With("/batocera-boot.conf", "sharedevice=INTERNAL");
        Arm(new CardEditor(SampleTrees.BatoceraShare(), boot), SampleTrees.Mbr);
        Assert.Equal("sharedevice=INTERNAL\nautoresize=true\n", boot.Text("/batocera-boot.conf"));
    }

    [Theory]
    [InlineData("bookworm", " init=/usr/lib/raspberrypi-sys-mods/firstboot")]
    [InlineData("trixie", " resize")]
    public void Raspberry_Pi_OS_is_asked_on_its_command_line(string codename, string word)
    {
        MemoryFileTree boot = SampleTrees.RaspberryPiBoot();
        Arm(new CardEditor(SampleTrees.RaspberryPi(codename), boot), SampleTrees.Mbr with { PrefersNative = true });
        Assert.Equal($"console=tty1 root=PARTUUID=4f1c2a77-02 rootwait{word}\n", boot.Text("/cmdline.txt"));
    }

    [Fact]
    public void What_no_longer_suits_is_taken_away()
    {
        MemoryFileTree tree = SampleTrees.Armbian();
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Arm(new CardEditor(tree), SampleTrees.Mbr with { Limit = ExpandLimit.Percent(50) });
        Assert.Equal(["systemd hook"], FirstBootHook.WhatIsArmed(new SystemTrees(tree)));
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Assert.Equal(["Armbian service"], FirstBootHook.WhatIsArmed(new SystemTrees(tree)));
        Assert.False(tree.Exists("/etc/imgshrink/expand"));
    }

    [Theory]
    [InlineData(SampleTrees.PiShrink)]
    [InlineData(SampleTrees.PiShrinkSecond)]
    public void The_rc_local_that_PiShrink_put_aside_comes_back(string armed)
    {
        MemoryFileTree tree = SampleTrees.Debian().WithProgram("/etc/rc.local", armed).With("/etc/rc.local.bak", SampleTrees.RcLocal);
        Assert.Equal(["PiShrink's rc.local"], FirstBootHook.WhatIsArmed(new SystemTrees(tree)));
        Arm(new CardEditor(tree), SampleTrees.Mbr);
        Assert.Contains($"644 /etc/rc.local {System.Text.Encoding.UTF8.GetByteCount(SampleTrees.RcLocal)}", tree.Listing());
        Assert.False(tree.Exists("/etc/rc.local.bak"));
        Assert.Equal(["systemd hook"], FirstBootHook.WhatIsArmed(new SystemTrees(tree)));
    }

    [Fact]
    public void An_rc_local_that_only_PiShrink_wanted_goes()
    {
        MemoryFileTree tree = SampleTrees.Debian().WithProgram("/etc/rc.local", SampleTrees.PiShrink);
        FirstBootHook.Disarm(new CardEditor(tree));
        Assert.Equal(SampleTrees.Debian().Listing(), tree.Listing());
    }

    [Fact]
    public void The_limit_is_spelt_as_the_script_reads_it()
    {
        Assert.Equal("max", ExpandLimit.Max.ToString());
        Assert.Equal("90%", ExpandLimit.Percent(90).ToString());
        Assert.Equal("16000000000", ExpandLimit.Bytes(16_000_000_000).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpandLimit.Percent(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpandLimit.Percent(101));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpandLimit.Bytes(0));
    }

    private static void Arm(Family family, CardEditor card) => Arm(card, family.Target);

    private static void Arm(CardEditor card, ExpandTarget target) =>
        FirstBootHook.Arm(FirstBootHook.Decide(card.Files, target), card, target);
}
