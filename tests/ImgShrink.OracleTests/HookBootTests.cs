using ImgShrink.FirstBoot;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests;

/// <summary>The hook alone, on a card that was copied to a larger one as it is: first boots that lose power and go on.</summary>
public sealed class HookBootTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(Lab.Folder, $"hook-{Guid.NewGuid():N}"));

    [BootTheory]
    [InlineData("mbr", "4f1c2a77-02", "grows from")]
    [InlineData("gpt", "4f1c2a77-0000-4000-8000-000000000002", "The partition table has been altered")]
    public void Power_cuts_only_delay_it(string kind, string rootPartitionId, string cutAt)
    {
        string card = Path.Combine(_folder.FullName, "card.img");
        Lab.MakeCard(kind, card);
        CardTable table = CardTable.Of(card);
        InstallHook(card, kind == "gpt" ? ExpandTable.Gpt : ExpandTable.Mbr, table);

        Lab.BootAndCutPowerAt(card, cutAt);
        BootReport boot = Lab.Boot(card);
        output.WriteLine(boot.Console);
        boot.ExpectFilled(rootPartitionId);
        Assert.Equal(table.Identity(), CardTable.Of(card).Identity());
        E2fsck.ExpectSilence(card, table.RootStart);
        if (kind == "gpt")
            Assert.Contains("No problems found", Shell.Need("sgdisk", "-v", card));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void InstallHook(string card, ExpandTable kind, CardTable table)
    {
        string uuid = Shell.Need("blkid", "-p", "-s", "UUID", "-o", "value", "-O", $"{table.RootStart}", card).Trim();
        using var root = new MountedVolume(card, table.RootStart, table.RootBytes);
        var target = new ExpandTarget(kind, 2, table.RootStart / 512, "ext4", uuid);
        var editor = new CardEditor(root);
        HookDecision decision = FirstBootHook.Decide(editor.Files, target);
        Assert.Equal("systemd hook", decision.Mechanism);
        FirstBootHook.Arm(decision, editor, target);
    }
}
