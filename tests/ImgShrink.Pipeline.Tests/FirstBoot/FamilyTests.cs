using System.Text;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FirstBoot;
using ImgShrink.FirstBoot.Tests;
using ImgShrink.Partitions;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.Pipeline.Tests.FirstBoot;

/// <summary>What is decided for a family of systems is done in the image of its card, and nothing else.</summary>
public sealed class FamilyTests(ITestOutputHelper output) : IDisposable
{
    private const string Selinux = "security.selinux";

    private readonly TempFolder _folder = new();

    public static TheoryData<Family> OnExt => Only(family => family.Target.FileSystem == "ext4");

    public static TheoryData<Family> Written =>
        Only(family => FirstBootHook.Decide(family.Files, family.Target).WritesHook);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(OnExt))]
    public void The_image_gets_what_suits_it(Family family)
    {
        FamilyCard.Write(_folder["card.img"], family);
        ShrinkReport report = Shrink(family, "card.img", "small.img");
        Assert.Equal(family.Mechanism, report.Hook.Mechanism);
        Assert.Contains(family.Reason, report.Hook.Reason);
        if (family.Target is { PrefersNative: false } && family.Target.Limit == ExpandLimit.Max)
            Assert.Equal(report.Hook, InfoJob.Run(_folder["card.img"], new Progress<ProgressStep>(), CancellationToken.None).Hook);
        if (family.System is not null)
            Assert.Equal(family.System, $"{report.Os!.Name} {report.Os.Version}".TrimEnd());

        using var card = new OpenCard(_folder["card.img"]);
        using var small = new OpenCard(_folder["small.img"]);
        CardEditor expected = InMemory(family);
        Arm(family, expected, small);
        Dictionary<string, string> before = Contents(card.Files), after = Contents(small.Files);
        Assert.Equal(Contents(expected.Root), after);
        Assert.Equal(Contents(expected.Boot!, withModes: false), Contents(small.Boot.Files));
        Assert.All(after.Except(before), each => ExpectMadeLikeItsNeighbours(small.Files, each.Key, isNew: !before.ContainsKey(each.Key)));
        ExpectSound("small.img", small);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void A_shrink_of_the_shrunk_changes_nothing_and_without_growth_leaves_nothing(Family family)
    {
        FamilyCard.Write(_folder["card.img"], family);
        Shrink(family, "card.img", "once.img");
        Shrink(family, "once.img", "twice.img");
        Shrink(family, "twice.img", "thrice.img");
        using var once = new OpenCard(_folder["once.img"]);
        using var twice = new OpenCard(_folder["twice.img"]);
        Assert.Equal(Contents(once.Files), Contents(twice.Files));
        Assert.Equal(Contents(once.Boot.Files), Contents(twice.Boot.Files));
        Assert.Equal(File.ReadAllBytes(_folder["twice.img"]), File.ReadAllBytes(_folder["thrice.img"]));

        ShrinkReport report = Shrink(family, "once.img", "none.img", options => options with { Expand = null, ExpandNative = false });
        Assert.Equal($"not asked for (--expand none); taken away: {family.Mechanism}", report.Hook.Reason);
        using var none = new OpenCard(_folder["none.img"]);
        CardEditor expected = InMemory(family);
        Arm(family, expected, none);
        FirstBootHook.Disarm(expected);
        Assert.Equal(Contents(expected.Root), Contents(none.Files));
        Assert.Equal(Contents(expected.Boot!, withModes: false), Contents(none.Boot.Files));
        ExpectSound("none.img", none);
    }

    [Theory]
    [InlineData(SampleTrees.PiShrink)]
    [InlineData(SampleTrees.PiShrinkSecond)]
    public void What_PiShrink_left_armed_is_taken_away_and_the_original_comes_back_as_it_was(string armed)
    {
        var family = new Family("Debian behind PiShrink", () => SampleTrees.Debian().WithProgram("/etc/rc.local", armed)
            .WithProgram("/etc/rc.local.bak", SampleTrees.RcLocal), "systemd hook", "");
        FamilyCard.Write(_folder["card.img"], family);
        ShrinkReport report = Shrink(family, "card.img", "none.img", options => options with { Expand = null });
        Assert.Equal("not asked for (--expand none); taken away: PiShrink's rc.local", report.Hook.Reason);
        using var none = new OpenCard(_folder["none.img"]);
        Assert.Equal(Contents(SampleTrees.Debian().WithProgram("/etc/rc.local", SampleTrees.RcLocal)), Contents(none.Files));
        Assert.Equal(FamilyCard.OldTime.Date, none.Files.TryStat("/etc/rc.local")!.Modified.Date);
        ExpectSound("none.img", none);
    }

    private static TheoryData<Family> Only(Func<Family, bool> condition) =>
        [.. Family.All.Cast<object[]>().Select(row => (Family)row[0]).Where(condition)];

    private ShrinkReport Shrink(Family family, string from, string to, Func<ShrinkOptions, ShrinkOptions>? change = null) =>
        Job.ToRaw(_folder[from], _folder[to], options =>
        {
            options = options with { Expand = family.Target.Limit, ExpandNative = family.Target.PrefersNative };
            return change is null ? options : change(options);
        });

    private static CardEditor InMemory(Family family) =>
        new(family.Root(), family.Boot?.Invoke() ?? new MemoryFileTree(), family.Label);

    /// <summary>Does in memory what the shrink of a card has to do.</summary>
    private static void Arm(Family family, CardEditor card, OpenCard like)
    {
        Partition root = like.Table.Partitions[^1];
        ExpandTarget target = family.Target with { Partition = root.Number, StartLba = root.Start / 512, Uuid = like.Root.Uuid! };
        HookDecision decision = FirstBootHook.Decide(card.Files, target);
        if (decision.Grows)
            FirstBootHook.Arm(decision, card, target);
    }

    /// <summary>Files and links with all that a test tree knows of them, by path.</summary>
    private static Dictionary<string, string> Contents(IFileTree tree, bool withModes = true)
    {
        var contents = new Dictionary<string, string>();
        var waiting = new Stack<string>([""]);
        while (waiting.TryPop(out string? folder))
        {
            foreach (string path in tree.List(folder == "" ? "/" : folder).Select(name => $"{folder}/{name}"))
            {
                FileEntry entry = tree.TryStat(path)!;
                if (entry.Kind == EntryKind.Directory)
                    waiting.Push(path);
                else
                    contents[path] = entry.Kind == EntryKind.SymbolicLink ? $"-> {tree.TryReadLink(path)}"
                        : $"{(withModes ? entry.Unix?.Mode : null)} {Encoding.Latin1.GetString(tree.TryReadFile(path)!)}";
            }
        }

        return contents;
    }

    /// <summary>Owner, time, and the label of the directory for what is new, or the file's own label for what changed.</summary>
    private static void ExpectMadeLikeItsNeighbours(ExtFileTree tree, string path, bool isNew)
    {
        FileEntry entry = tree.TryStat(path)!;
        string folder = path[..path.LastIndexOf('/')];
        Assert.Equal((0u, 0u, FamilyCard.Time), (entry.Unix!.Owner, entry.Unix.Group, entry.Modified));
        Assert.Equal("755", Convert.ToString((int)tree.TryStat(folder)!.Unix!.Mode, 8));
        byte[]? folderLabel = tree.ReadAttributes(folder).GetValueOrDefault(Selinux);
        byte[]? own = folderLabel is null ? null : FamilyCard.LabelOf("file");
        Assert.Equal(isNew ? folderLabel : own, tree.ReadAttributes(path).GetValueOrDefault(Selinux));
    }

    private void ExpectSound(string name, OpenCard card)
    {
        if (Tool.SkipWithout(output.WriteLine, "e2fsck"))
            return;
        ToolResult result = Tool.Run("e2fsck", "-fn", $"{_folder[name]}?offset={card.Table.Partitions[^1].Start}");
        Assert.True(result.ExitCode == 0, result.Output);
    }
}
