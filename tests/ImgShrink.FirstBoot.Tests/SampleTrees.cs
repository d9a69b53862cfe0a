using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

/// <summary>Root file systems, reduced to what the decisions look at.</summary>
internal static class SampleTrees
{
    public static readonly ExpandTarget Mbr = new(ExpandTable.Mbr, 2, 532480, "ext4", "d1dd9f45-53ac-4bf4-9d0b-b2b3b6d4a0a1");

    public static readonly ExpandTarget Gpt = Mbr with { Table = ExpandTable.Gpt };

    /// <summary>Debian 13, whose /sbin and /lib are links into /usr.</summary>
    public static MemoryFileTree Debian() => new MemoryFileTree()
        .WithLink("/sbin", "usr/sbin")
        .WithLink("/lib", "usr/lib")
        .WithLink("/etc/os-release", "../usr/lib/os-release")
        .With("/usr/lib/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nVERSION=\"13 (trixie)\"\n")
        .With("/usr/lib/systemd/systemd")
        .With("/usr/lib/systemd/systemd-growfs")
        .With("/usr/sbin/sfdisk")
        .With("/usr/sbin/resize2fs")
        .With("/etc/fstab", "PARTUUID=4f1c2a77-02  /  ext4  defaults,noatime  0  1\n");

    /// <summary>Ubuntu Server, which expands itself.</summary>
    public static MemoryFileTree Ubuntu() => Debian()
        .With("/usr/bin/cloud-init")
        .With("/usr/bin/growpart")
        .WithLink("/var/lib/cloud/instance", "/var/lib/cloud/instances/i-1")
        .With("/etc/cloud/cloud.cfg", "cloud_init_modules:\n  - seed_random\n  - growpart\n  - resizefs\n");
}
