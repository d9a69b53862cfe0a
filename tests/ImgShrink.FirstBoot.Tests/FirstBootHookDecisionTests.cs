using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class FirstBootHookDecisionTests
{
    [Fact]
    public void Debian_gets_the_hook() => Assert.Equal(
        HookDecision.Systemd("Debian GNU/Linux 13 (trixie) starts with systemd"), FirstBootHook.Decide(SampleTrees.Debian(), SampleTrees.Mbr));

    [Fact]
    public void Nothing_is_written_when_nothing_shall_grow() =>
        Assert.Equal("nothing to expand", Refusal(SampleTrees.Debian(), null));

    [Fact]
    public void A_volume_without_systemd_gets_none()
    {
        Assert.Equal("no systemd found", Refusal(new MemoryFileTree().With("/etc/inittab"), SampleTrees.Mbr));
        Assert.Equal("no systemd found", FirstBootHook.Decide(null, SampleTrees.Mbr).Reason);
    }

    [Fact]
    public void Old_systems_without_merged_usr_are_recognised()
    {
        MemoryFileTree jessie = new MemoryFileTree().With("/lib/systemd/systemd").With("/sbin/sfdisk").With("/sbin/resize2fs");
        Assert.Equal(HookDecision.Systemd("systemd found"), FirstBootHook.Decide(jessie, SampleTrees.Mbr));
    }

    [Fact]
    public void Cloud_init_expands_by_itself() => Assert.StartsWith("cloud-init growpart", Refusal(SampleTrees.Ubuntu(), SampleTrees.Gpt));

    [Theory]
    [InlineData("/etc/cloud/cloud-init.disabled", "")]
    [InlineData("/etc/growroot-disabled", "")]
    [InlineData("/etc/cloud/cloud.cfg", "cloud_init_modules:\n  - seed_random\n")]
    [InlineData("/etc/cloud/cloud.cfg.d/99-local.cfg", "growpart:\n  mode: 'off'\n")]
    [InlineData("/etc/cloud/cloud.cfg.d/99-local.cfg", "resize_rootfs: false\n")]
    public void Cloud_init_that_may_not_expand_gets_the_hook(string path, string text) =>
        Assert.True(FirstBootHook.Decide(SampleTrees.Ubuntu().With(path, text), SampleTrees.Gpt).WritesHook);

    [Theory]
    [InlineData("/etc/NIXOS", "", "NixOS")]
    [InlineData("/ostree/repo/config", "", "ostree")]
    [InlineData("/etc/selinux/config", "# a comment\nSELINUX=enforcing\n", "SELinux")]
    [InlineData("/etc/fstab", "LABEL=root / ext4 noatime,ro 0 1\n", "read-only")]
    public void Roots_that_the_hook_could_not_change_get_none(string path, string text, string reason) =>
        Assert.Contains(reason, Refusal(SampleTrees.Debian().With(path, text), SampleTrees.Mbr));

    [Fact]
    public void A_commented_line_of_fstab_is_no_mount() =>
        Assert.True(FirstBootHook.Decide(SampleTrees.Debian().With("/etc/fstab", "#/dev/sda1 / ext4 ro 0 1\n"), SampleTrees.Mbr).WritesHook);

    [Fact]
    public void Partitions_that_the_script_cannot_grow_get_none()
    {
        Assert.Contains("logical", Refusal(SampleTrees.Debian(), SampleTrees.Mbr with { Partition = 5 }));
        Assert.Contains("btrfs", Refusal(SampleTrees.Debian(), SampleTrees.Mbr with { FileSystem = "btrfs" }));
        Assert.True(FirstBootHook.Decide(SampleTrees.Debian(), SampleTrees.Gpt with { Partition = 5 }).WritesHook);
    }

    [Theory]
    [InlineData("parted", ExpandTable.Mbr, true)]
    [InlineData("parted", ExpandTable.Gpt, false)]
    [InlineData("growpart", ExpandTable.Gpt, true)]
    [InlineData("fdisk", ExpandTable.Mbr, false)]
    public void One_tool_for_the_table_is_enough(string tool, ExpandTable table, bool enough)
    {
        MemoryFileTree tree = SampleTrees.Debian().With($"/usr/bin/{tool}");
        tree.Delete("/usr/sbin/sfdisk");
        Assert.Equal(enough, FirstBootHook.Decide(tree, SampleTrees.Mbr with { Table = table }).WritesHook);
    }

    [Fact]
    public void Either_resize2fs_or_systemd_grows_the_file_system()
    {
        MemoryFileTree tree = SampleTrees.Debian();
        tree.Delete("/usr/sbin/resize2fs");
        Assert.True(FirstBootHook.Decide(tree, SampleTrees.Mbr).WritesHook);
        tree.Delete("/usr/lib/systemd/systemd-growfs");
        Assert.False(FirstBootHook.Decide(tree, SampleTrees.Mbr).WritesHook);
    }

    private static string Refusal(MemoryFileTree tree, ExpandTarget? target)
    {
        HookDecision decision = FirstBootHook.Decide(tree, target);
        Assert.Equal("none", decision.Mechanism);
        return decision.Reason;
    }
}
