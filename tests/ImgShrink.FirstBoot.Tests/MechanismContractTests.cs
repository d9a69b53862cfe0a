using ImgShrink.Testing;

namespace ImgShrink.FirstBoot.Tests;

/// <summary>What every mechanism that writes to a card promises.</summary>
public class MechanismContractTests
{
    [Theory]
    [MemberData(nameof(Family.Written), MemberType = typeof(Family))]
    public void Arming_twice_is_arming_once(Family family)
    {
        CardEditor card = Editor(family);
        Arm(family, card);
        string[] once = Listing(card);
        Assert.NotEqual(Listing(Editor(family)), once);
        Arm(family, card);
        Assert.Equal(once, Listing(card));
    }

    [Theory]
    [MemberData(nameof(Family.Written), MemberType = typeof(Family))]
    public void Disarming_leaves_nothing(Family family)
    {
        CardEditor card = Editor(family);
        Arm(family, card);
        Assert.Equal([family.Mechanism], FirstBootHook.WhatIsArmed(card.Files));
        FirstBootHook.Disarm(card);
        Assert.Empty(FirstBootHook.WhatIsArmed(card.Files));
        Assert.Equal(WithoutMarks(Editor(family)), WithoutMarks(card));
        Assert.False(card.Root.Exists(ExpandScript.RootFolder));
    }

    private static CardEditor Editor(Family family) => new(family.Root(), family.Boot?.Invoke(), family.Label);

    private static void Arm(Family family, CardEditor card) =>
        FirstBootHook.Arm(FirstBootHook.Decide(card.Files, family.Target), card, family.Target);

    /// <summary>Marks of an earlier growth are the only thing that does not come back.</summary>
    private static string[] WithoutMarks(CardEditor card) =>
        [.. Listing(card).Where(line => !line.Contains("growpart_done") && !line.Contains(".no_rootfs_resize"))];

    private static string[] Listing(CardEditor card) => [.. Contents(card.Root), .. Contents(card.Boot)];

    private static IEnumerable<string> Contents(FileSystems.IFileEditor? tree) => tree is not MemoryFileTree files ? []
        : files.Listing().Select(line => line.StartsWith("link") ? line : $"{line} {files.Text(line.Split(' ')[1])}");
}
