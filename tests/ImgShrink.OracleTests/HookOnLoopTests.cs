namespace ImgShrink.OracleTests;

/// <summary>
/// The first-boot script on loop disks: with the tools of one kind only, under every shell, and killed behind every step. See
/// tests/lab/try-hook.sh and try-refusal.sh for what must be true afterwards.
/// </summary>
public sealed class HookOnLoopTests
{
    [HookTheory]
    [InlineData("mbr", "ext4", "dash", "sfdisk", "partx", "flock")]
    [InlineData("mbr", "ext4", "busybox sh", "growpart")]
    [InlineData("mbr", "ext4", "busybox sh", "partx")] // dd
    [InlineData("mbr", "ext4", "bash --posix", "resizepart")] // dd
    [InlineData("mbr", "ext4", "dash", "partprobe")] // dd
    [InlineData("logical", "ext4", "busybox sh", "sfdisk", "partx")]
    [InlineData("logical", "ext4", "dash", "partx")] // dd
    [InlineData("logical", "ext4", "bash --posix", "resizepart")] // dd
    [InlineData("gpt", "ext4", "bash --posix", "sfdisk", "partx", "flock")]
    [InlineData("gpt", "ext4", "dash", "growpart")]
    [InlineData("gpt", "ext4", "busybox sh", "parted")]
    [InlineData("mbr", "btrfs", "busybox sh", "sfdisk", "partx", "btrfs")]
    [InlineData("gpt", "xfs", "bash --posix", "sfdisk", "partx", "xfs_growfs")]
    public void It_fills_the_disk(string kind, string type, string shell, params string[] tools) => Try(kind, type, shell, "-", tools);

    [HookTheory]
    [InlineData("count_attempt")]
    [InlineData("find_partition")]
    [InlineData("grow_entry")]
    [InlineData("grow_partition")]
    [InlineData("grow_file_system")]
    public void Killed_behind_any_step_it_goes_on_the_next_time(string step)
    {
        Try("mbr", "ext4", "dash", step, "partx");
        Try("gpt", "ext4", "busybox sh", step, "sfdisk", "partx");
        Try("logical", "ext4", "bash --posix", step, "sfdisk", "partx");
    }

    [HookTheory]
    [InlineData("logical", "[ -z \"$container\" ] || with_sfdisk \"$container\" $((start + wanted - container_start))", "sfdisk", "partx")]
    [InlineData("logical", "patch_record 0 $((430 + 16 * container)) \"$container_start\" $((start + wanted - container_start))", "partx")]
    [InlineData("gpt", "printf 'fix\\nfix\\nquit\\n' | parted ---pretend-input-tty \"$disk_node\" print", "parted")]
    public void Killed_between_two_writes_of_the_table_it_goes_on_the_next_time(string kind, string step, params string[] tools) =>
        Try(kind, "ext4", "dash", step, tools);

    [HookTheory]
    [InlineData("exact", "sectors already")]
    [InlineData("smaller", "sectors already")]
    [InlineData("behind", "Another partition lies behind it")]
    [InlineData("moved", "not the card the image was made for")]
    [InlineData("copied", "Its UUID is")]
    [InlineData("sectors", "does not have sectors of 512 bytes")]
    [InlineData("overlay", "Is an overlay in use?")]
    [InlineData("read-only", "cannot be written; is ")]
    public void Where_it_may_not_change_the_table_it_says_why_and_goes(string card, string message) =>
        Shell.Need(Lab.Script("try-refusal.sh"), card, message);

    private static void Try(string kind, string type, string shell, string cut, params string[] tools) =>
        Shell.Need(Lab.Script("try-hook.sh"), [kind, type, shell, cut, .. tools]);
}

/// <summary>A test with data that tries the script on loop disks; left out loudly where tools are missing, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HookTheoryAttribute : TheoryAttribute
{
    /// <summary>A test that needs what try-hook.sh uses.</summary>
    public HookTheoryAttribute() => Skip = Oracle.WhyNot(
        "dash", "busybox", "sfdisk", "sgdisk", "parted", "growpart", "partx", "e2fsck", "mkfs.btrfs", "mkfs.xfs");
}
