using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class InstalledSystemTests
{
    [Fact]
    public void Debian_says_so_behind_a_link() =>
        Assert.Equal(new InstalledSystem("Debian GNU/Linux", "13 (trixie)"), Recognise(SampleTrees.Debian()));

    [Fact]
    public void The_vendor_file_counts_when_etc_has_none() => Assert.Equal(
        new InstalledSystem("Arch Linux ARM", null),
        Recognise(new MemoryFileTree().With("/usr/lib/os-release", "NAME='Arch Linux ARM'\n")));

    [Fact]
    public void Systems_that_call_themselves_Debian_are_told_apart()
    {
        Assert.Equal("Raspberry Pi OS 13 (trixie)", Recognise(SampleTrees.Debian().With("/etc/rpi-issue"))?.ToString());
        Assert.Equal("Armbian 25.8.1", Recognise(SampleTrees.Debian().With("/etc/armbian-release", "VERSION=25.8.1\n"))?.ToString());
    }

    [Fact]
    public void Nothing_known_is_null() => Assert.Null(Recognise(new MemoryFileTree().With("/etc/passwd")));

    [Fact]
    public void Escapes_are_undone_and_control_characters_dropped() => Assert.Equal(
        new InstalledSystem("My \"own\" [31mOS", "1"),
        Recognise(new MemoryFileTree().With("/etc/os-release", "# x\nNAME=\"My \\\"own\\\" \u001b[31mOS\"\r\nVERSION_ID=1\n=\nNAME\n")));

    [Fact]
    public void A_name_is_never_long() => Assert.Equal(
        100, Recognise(new MemoryFileTree().With("/etc/os-release", $"NAME={new string('x', 5000)}"))?.Name.Length);

    private static InstalledSystem? Recognise(MemoryFileTree root) => InstalledSystem.Recognise(new SystemTrees(root));
}
