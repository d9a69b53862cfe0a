using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.Pipeline.Verify;

namespace ImgShrink.Pipeline.Tests.Verify;

/// <summary>One thing changed, one difference told.</summary>
public sealed class TreeComparisonTests
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);
    private static readonly UnixEntry s_plain = new((UnixFileMode)0x1A4, 1000, 1000, Inode: 12, Links: 1, Device: null); // 0644

    public static TheoryData<string, string> Changes => new()
    {
        { "nothing", "" },
        { "remove", "/etc/hosts is missing" },
        { "add", "/etc/new is not in the source" },
        { "kind", "/etc/hosts is a directory, expected a file" },
        { "length", "/etc/hosts its length is 6, expected 5" },
        { "content", "/etc/hosts its content differs, first at byte 4" },
        { "holes", "/var/log its holes are elsewhere" },
        { "mode", "/etc/hosts its mode is 4755, expected 0644" },
        { "owner", "/etc/hosts its owner is 0, expected 1000" },
        { "group", "/etc/hosts its group is 5, expected 1000" },
        { "time", "/etc/hosts its time of change is 2026-11-25 08:00:00.0000001, expected 2026-11-25 08:00:00.0000000" },
        { "device", "/dev/sda its device number is (8, 1), expected (8, 0)" },
        { "target", "/etc/link its target is hostz, expected hosts" },
        { "attribute", "/etc/hosts its extended attributes differ" },
        { "inode", "" },
        { "hard link", "/etc/two is no hard link of the same file any more" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Tells_what_was_changed(string change, string expected)
    {
        FakeTree image = Tree(), source = Tree();
        switch (change)
        {
            case "remove": image.Remove("/etc/hosts"); break;
            case "add": image.Add("/etc/new", EntryKind.File); break;
            case "kind": image.Change("/etc/hosts", it => it with { Kind = EntryKind.Directory }); break;
            case "length": image.Add("/etc/hosts", EntryKind.File, "hello!"); break;
            case "content": image.Add("/etc/hosts", EntryKind.File, "hellO"); break;
            case "holes": image.Holes.Remove("/var/log"); break;
            case "mode": Unix(it => it with { Mode = (UnixFileMode)0x9ED }); break;
            case "owner": Unix(it => it with { Owner = 0 }); break;
            case "group": Unix(it => it with { Group = 5 }); break;
            case "time": image.Change("/etc/hosts", it => it with { Modified = s_time.AddTicks(1) }); break;
            case "device": Unix(it => it with { Device = (8, 1) }, "/dev/sda"); break;
            case "target": image.Add("/etc/link", EntryKind.SymbolicLink, "hostz"); break;
            case "attribute": image.Attributes["/etc/hosts"] = new() { ["user.a"] = [2] }; break;
            case "inode": Unix(it => it with { Inode = 99 }); break;
            case "hard link": Unix(it => it with { Inode = 88, Links = 2 }, "/etc/two"); break;
        }

        var comparison = new TreeComparison(2, image, source, contents: true, CancellationToken.None);
        Assert.Equal(expected, string.Join('\n', comparison.Run().Select(each => $"{each.Path} {each.What}")));

        void Unix(Func<UnixEntry, UnixEntry> how, string path = "/etc/hosts") =>
            image.Change(path, it => it with { Unix = how(it.Unix!) });
    }

    private static FakeTree Tree()
    {
        var tree = new FakeTree();
        foreach (string folder in (string[])["/", "/dev", "/etc", "/var"])
            tree.Add(folder, EntryKind.Directory);
        tree.Add("/etc/hosts", EntryKind.File, "hello");
        tree.Attributes["/etc/hosts"] = new() { ["user.a"] = [1] };
        tree.Add("/etc/link", EntryKind.SymbolicLink, "hosts");
        tree.Add("/dev/sda", EntryKind.BlockDevice);
        tree.Change("/dev/sda", it => it with { Unix = s_plain with { Device = (8, 0) } });
        tree.Add("/var/log", EntryKind.File, new string('\0', 5000));
        tree.Holes.Add("/var/log");
        foreach (string name in (string[])["/etc/one", "/etc/two"])
        {
            tree.Add(name, EntryKind.File, "twice");
            tree.Change(name, it => it with { Unix = s_plain with { Inode = 77, Links = 2 } });
        }

        return tree;
    }

    private sealed class FakeTree : IFileTree
    {
        private readonly SortedDictionary<string, (FileEntry Entry, string Content)> _objects = new(StringComparer.Ordinal);

        public Dictionary<string, Dictionary<string, byte[]>> Attributes { get; } = [];

        public HashSet<string> Holes { get; } = [];

        public void Add(string path, EntryKind kind, string content = "") =>
            _objects[path] = (new FileEntry(kind, content.Length, s_time) { Unix = s_plain }, content);

        public void Remove(string path) => _objects.Remove(path);

        public void Change(string path, Func<FileEntry, FileEntry> how) =>
            _objects[path] = (how(_objects[path].Entry), _objects[path].Content);

        public bool Exists(string path) => _objects.ContainsKey(path);

        public FileEntry? TryStat(string path) => _objects.TryGetValue(path, out var found) ? found.Entry : null;

        public IBlockSource? TryOpenFile(string path) => new Content(System.Text.Encoding.ASCII.GetBytes(_objects[path].Content), Holes.Contains(path));

        public IReadOnlyDictionary<string, byte[]> ReadAttributes(string path) => Attributes.GetValueOrDefault(path) ?? [];

        public byte[]? TryReadFile(string path, int limitBytes) => throw new NotSupportedException();

        public string? TryReadLink(string path) => _objects[path].Content;

        public IReadOnlyList<string> List(string path) =>
            [.. _objects.Keys.Where(each => each != "/" && Path.GetDirectoryName(each)!.Replace('\\', '/') == path).Select(each => Path.GetFileName(each))];
    }

    private sealed class Content(byte[] bytes, bool isHole) : IBlockSource, IKnowsHoles
    {
        public long Length => bytes.Length;

        public void Read(long at, Span<byte> into) => bytes.AsSpan((int)at, into.Length).CopyTo(into);

        public RangeSet DataRanges() => isHole ? new RangeSet() : RangeSet.Of(new ByteRange(0, bytes.Length));
    }
}
