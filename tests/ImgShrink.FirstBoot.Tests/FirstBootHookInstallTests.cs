using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class FirstBootHookInstallTests
{
    [Fact]
    public void Four_files_and_a_link_are_all_it_writes()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        string[] before = [.. tree.Listing()];
        FirstBootHook.Install(tree, SampleTrees.Mbr);
        Assert.Equal(
            [
                "644 /etc/imgshrink/expand.conf",
                "644 /etc/systemd/system/imgshrink-expand.service",
                "755 /usr/local/lib/imgshrink/expand",
                "link /etc/systemd/system/basic.target.wants/imgshrink-expand.service -> ../imgshrink-expand.service",
            ],
            tree.Listing().Except(before).Select(line => line.StartsWith("link") ? line : line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_say_which_partition()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        FirstBootHook.Install(tree, SampleTrees.Gpt);
        Assert.Equal(
            """
            # Written by ImgShrink for /usr/local/lib/imgshrink/expand, which removes it when the card is full.
            table=gpt
            partition=2
            # In sectors of 512 bytes.
            start=532480
            uuid=d1dd9f45-53ac-4bf4-9d0b-b2b3b6d4a0a1
            # max, a percentage of what the partition could have, or its size in bytes.
            grow=max

            """.ReplaceLineEndings("\n"),
            tree.Text(FirstBootHook.SettingsPath));
    }

    [Fact]
    public void The_unit_runs_behind_sysinit_and_before_basic_and_never_restarts()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        FirstBootHook.Install(tree, SampleTrees.Mbr);
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
            ExecStart=/bin/sh /usr/local/lib/imgshrink/expand
            StandardOutput=journal+console
            TimeoutStartSec=10min

            """.ReplaceLineEndings("\n"),
            tree.Text(FirstBootHook.UnitPath));
    }

    [Fact]
    public void Installing_again_changes_nothing_but_the_count_of_attempts()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        FirstBootHook.Install(tree, SampleTrees.Mbr);
        string[] once = [.. tree.Listing()];
        tree.With(FirstBootHook.CounterPath, "3\n");
        FirstBootHook.Install(tree, SampleTrees.Mbr);
        Assert.Equal(once, tree.Listing());
    }

    [Fact]
    public void A_link_that_went_astray_is_put_right()
    {
        MemoryFileTree tree = SampleTrees.Debian().WithLink(FirstBootHook.WantsPath, "/dev/null");
        FirstBootHook.Install(tree, SampleTrees.Mbr);
        Assert.Equal("../imgshrink-expand.service", tree.TryReadLink(FirstBootHook.WantsPath));
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
}
