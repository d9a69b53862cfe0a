using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class FirstBootHookDecisionTests
{
    [Theory]
    [MemberData(nameof(Family.All), MemberType = typeof(Family))]
    public void Every_family_gets_what_suits_it(Family family)
    {
        HookDecision decision = FirstBootHook.Decide(family.Files, family.Target);
        Assert.Equal(family.Mechanism, decision.Mechanism);
        Assert.Contains(family.Reason, decision.Reason);
        Assert.Equal(family.Mechanism != "none", decision.Grows);
        if (family.System is not null)
            Assert.Equal(family.System, InstalledSystem.Recognise(family.Files)?.ToString());
    }

    [Fact]
    public void Systems_that_grow_by_themselves_say_that_a_limit_means_nothing()
    {
        ExpandTarget limited = SampleTrees.Gpt with { Limit = ExpandLimit.Percent(50) };
        Assert.EndsWith("it fills the card whatever --expand says", FirstBootHook.Decide(new(SampleTrees.Ubuntu()), limited).Reason);
        Assert.EndsWith("it fills the card whatever --expand says", FirstBootHook.Decide(
            new(SampleTrees.BatoceraShare(), SampleTrees.BatoceraBoot()), limited).Reason);
    }

    [Theory]
    [InlineData("/etc/cloud/cloud-init.disabled", "")]
    [InlineData("/etc/growroot-disabled", "")]
    [InlineData("/etc/cloud/cloud.cfg", "cloud_init_modules:\n  - seed_random\n")]
    [InlineData("/etc/cloud/cloud.cfg.d/99-local.cfg", "growpart:\n  mode: 'off'\n")]
    [InlineData("/etc/cloud/cloud.cfg.d/99-local.cfg", "resize_rootfs: false\n")]
    public void Cloud_init_that_may_not_expand_gets_the_hook(string path, string text) =>
        Assert.True(FirstBootHook.Decide(new(SampleTrees.Ubuntu().With(path, text)), SampleTrees.Gpt).WritesHook);

    [Fact]
    public void Cloud_init_that_the_command_line_turns_off_gets_the_hook() => Assert.True(FirstBootHook.Decide(
        new(SampleTrees.Ubuntu(), SampleTrees.RaspberryPiBoot(" cloud-init=disabled")), SampleTrees.Gpt).WritesHook);

    [Theory]
    [InlineData("dd", ExpandTable.Mbr, true)]
    [InlineData("dd", ExpandTable.Gpt, false)]
    [InlineData("parted", ExpandTable.Gpt, true)]
    [InlineData("growpart", ExpandTable.Gpt, true)]
    [InlineData("fdisk", ExpandTable.Mbr, false)]
    public void One_tool_for_the_table_is_enough(string tool, ExpandTable table, bool enough)
    {
        MemoryFileTree tree = Without(SampleTrees.Debian(), "/usr/sbin/sfdisk", "/usr/bin/dd").With($"/usr/bin/{tool}");
        HookDecision decision = FirstBootHook.Decide(new(tree), SampleTrees.Mbr with { Table = table });
        Assert.Equal(enough, decision.WritesHook);
        if (!enough)
            Assert.Contains("lacks sfdisk (package fdisk)", decision.Reason);
    }

    [Fact]
    public void Growpart_alone_cannot_stop_at_a_limit_nor_grow_a_logical_partition()
    {
        SystemTrees card = new(Without(SampleTrees.Debian(), "/usr/sbin/sfdisk", "/usr/bin/dd").With("/usr/bin/growpart"));
        Assert.True(FirstBootHook.Decide(card, SampleTrees.Mbr).WritesHook);
        Assert.False(FirstBootHook.Decide(card, SampleTrees.Mbr with { Limit = ExpandLimit.Percent(50) }).WritesHook);
        Assert.False(FirstBootHook.Decide(card, SampleTrees.Logical).WritesHook);
    }

    [Fact]
    public void Either_resize2fs_or_systemd_grows_the_file_system()
    {
        MemoryFileTree tree = Without(SampleTrees.Debian(), "/usr/sbin/resize2fs");
        Assert.True(FirstBootHook.Decide(new(tree), SampleTrees.Mbr).WritesHook);
        HookDecision decision = FirstBootHook.Decide(
            new(Without(tree, "/usr/lib/systemd/systemd-growfs", "/usr/bin/od")), SampleTrees.Mbr);
        Assert.Equal("the system lacks od or hexdump and resize2fs (package e2fsprogs), which the hook needs", decision.Reason);
    }

    [Fact]
    public void What_grows_without_being_asked_is_told()
    {
        Assert.Null(FirstBootHook.GrowsByItself(new(SampleTrees.Debian()), SampleTrees.Mbr));
        Assert.StartsWith("cloud-init", FirstBootHook.GrowsByItself(new(SampleTrees.Ubuntu()), SampleTrees.Gpt));
        SystemTrees used = new(SampleTrees.RaspberryPi("trixie"), SampleTrees.RaspberryPiBoot());
        SystemTrees fresh = new(
            SampleTrees.RaspberryPi("trixie").With("/etc/machine-id", "uninitialized\n"), SampleTrees.RaspberryPiBoot(" resize"));
        Assert.Empty(FirstBootHook.WhatIsArmed(fresh));
        Assert.Null(FirstBootHook.GrowsByItself(used, SampleTrees.Mbr));
        Assert.Contains("not started yet", FirstBootHook.GrowsByItself(fresh, SampleTrees.Mbr));
    }

    private static MemoryFileTree Without(MemoryFileTree tree, params string[] paths)
    {
        foreach (string path in paths)
            tree.Delete(path);
        return tree;
    }
}
