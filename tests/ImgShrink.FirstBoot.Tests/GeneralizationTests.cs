using ImgShrink.FirstBoot.Generalizing;
using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

public class GeneralizationTests
{
    private const string Wpa = "ctrl_interface=DIR=/var/run/wpa_supplicant\ncountry=DE\n\nnetwork={\n\tssid=\"home\"\n\tpsk=\"secret\"\n}\nnetwork={\n\tssid=\"work\"\n}\nupdate_config=1\n";

    [Fact]
    public void Everything_that_belongs_to_one_machine_is_on_the_list_and_nothing_else()
    {
        Assert.Equal(
            [
                "SSH host keys Delete /etc/ssh/ssh_host_ed25519_key",
                "SSH host keys Delete /etc/ssh/ssh_host_ed25519_key.pub",
                "machine id Empty /etc/machine-id",
                "random seeds Delete /var/lib/systemd/random-seed",
                "Wi-Fi Delete /etc/NetworkManager/system-connections/home.nmconnection",
                "Wi-Fi TakeNetworksOut /etc/wpa_supplicant/wpa_supplicant.conf",
                "leases Delete /var/lib/dhcp/dhclient.eth0.leases",
                "logs Delete /var/log/journal/0f1e/system.journal",
                "logs Empty /var/log/apt/history.log",
                "logs Empty /var/log/syslog",
                "histories Delete /root/.bash_history",
                "histories Delete /home/pi/.python_history",
                "first-boot settings Delete /network-config",
            ],
            Generalization.Plan(Used().Files).Steps.Select(step => $"{step.Item} {step.Action} {step.Path}"));
    }

    [Fact]
    public void What_was_planned_is_done_and_there_is_nothing_left_to_do()
    {
        CardEditor card = Used();
        var root = (MemoryFileTree)card.Root;
        Generalization.Plan(card.Files).Apply(card);
        Assert.Empty(Generalization.Plan(card.Files).Steps);
        Assert.Equal("", root.Text("/etc/machine-id"));
        Assert.Equal("", root.Text("/var/log/syslog"));
        Assert.Equal("ctrl_interface=DIR=/var/run/wpa_supplicant\ncountry=DE\n\nupdate_config=1\n", root.Text("/etc/wpa_supplicant/wpa_supplicant.conf"));
        Assert.Equal("../../../etc/machine-id", root.TryReadLink("/var/lib/dbus/machine-id"));
        Assert.Equal("kept", root.Text("/home/pi/.ssh/authorized_keys"));
        Assert.Equal("kept", root.Text("/etc/ssh/sshd_config"));
        Assert.False(card.Boot!.Exists("/network-config"));
        Assert.True(card.Boot.Exists("/cmdline.txt"));
    }

    [Fact]
    public void Host_keys_go_only_where_new_ones_come()
    {
        CardEditor debian = Used();
        Generalization.Plan(debian.Files).Apply(debian);
        Assert.Equal("../imgshrink-ssh-keys.service", debian.Root.TryReadLink("/etc/systemd/system/multi-user.target.wants/imgshrink-ssh-keys.service"));

        CardEditor pi = Used(with => with.With("/usr/lib/systemd/system/regenerate_ssh_host_keys.service"));
        Generalization.Plan(pi.Files).Apply(pi);
        Assert.Equal("/usr/lib/systemd/system/regenerate_ssh_host_keys.service",
            pi.Root.TryReadLink("/etc/systemd/system/multi-user.target.wants/regenerate_ssh_host_keys.service"));
        Assert.False(pi.Root.Exists("/etc/systemd/system/imgshrink-ssh-keys.service"));

        CardEditor sysvinit = Used(with => with.With("/etc/inittab").WithProgram("/sbin/init"));
        Assert.StartsWith("SSH host keys stay", Generalization.Plan(sysvinit.Files).Warning);

        CardEditor without = Used();
        without.Root.Delete("/usr/bin/ssh-keygen");
        Generalization kept = Generalization.Plan(without.Files);
        Assert.StartsWith("SSH host keys stay", kept.Warning);
        Assert.DoesNotContain(kept.Steps, step => step.Item == "SSH host keys");
    }

    [Fact]
    public void Large_logs_become_empty_too_and_links_lead_nowhere()
    {
        MemoryFileTree tree = SampleTrees.Debian().With("/var/log/large", new string('x', 2 << 20))
            .With("/srv/data/keep", "kept").WithLink("/var/log/elsewhere", "/srv/data").WithLink("/var/log/link", "/srv/data/keep");
        var card = new CardEditor(tree);
        Generalization.Plan(card.Files).Apply(card);
        Assert.Equal("", tree.Text("/var/log/large"));
        Assert.Equal("kept", tree.Text("/srv/data/keep"));
    }

    /// <summary>A Debian that somebody has used, with files of which some must stay.</summary>
    private static CardEditor Used(Func<MemoryFileTree, MemoryFileTree>? with = null)
    {
        MemoryFileTree root = SampleTrees.Debian()
            .With("/usr/bin/ssh-keygen")
            .With("/etc/ssh/ssh_host_ed25519_key", "private").With("/etc/ssh/ssh_host_ed25519_key.pub", "public").With("/etc/ssh/sshd_config", "kept")
            .With("/etc/machine-id", "0f1e2d3c\n").WithLink("/var/lib/dbus/machine-id", "../../../etc/machine-id")
            .With("/var/lib/systemd/random-seed", "x")
            .With("/etc/NetworkManager/system-connections/home.nmconnection", "psk=secret")
            .With("/etc/wpa_supplicant/wpa_supplicant.conf", Wpa)
            .With("/var/lib/dhcp/dhclient.eth0.leases", "lease {}")
            .With("/var/log/journal/0f1e/system.journal", "x").With("/var/log/apt/history.log", "x").With("/var/log/syslog", "x").With("/var/log/empty")
            .With("/root/.bash_history", "x").With("/home/pi/.python_history", "x").With("/home/pi/.ssh/authorized_keys", "kept");
        return new CardEditor(with is null ? root : with(root), new MemoryFileTree().With("/cmdline.txt").With("/network-config", "wifis"));
    }
}
