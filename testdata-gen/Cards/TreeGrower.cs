using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.SampleCards.Ext.Tree;

namespace ImgShrink.SampleCards.Cards;

/// <summary>Makes a file from a size and a seed.</summary>
internal delegate FileContent ContentMaker(ulong seed, long length);

/// <summary>Grows a tree: single files by path, and whole families of files of random size.</summary>
internal sealed class TreeGrower(ulong seed, DateTimeOffset now)
{
    private const int SecondsPerDay = 86400;
    private const int OneDeletedIn = 3;

    private readonly uint _now = (uint)now.ToUnixTimeSeconds();
    private SampleRandom _random = new(seed);

    public TreeNode Root { get; } = TreeNode.Directory();

    /// <summary>Numbers for names and choices.</summary>
    public ref SampleRandom Random => ref _random;

    /// <summary>The directory at a path; it is made, with those above it, where it is missing.</summary>
    /// <param name="path">Absolute, without links on the way.</param>
    /// <param name="permissions">Of the directory if it is made.</param>
    /// <param name="owner">Likewise, and of those above it that are made.</param>
    /// <param name="place">See <see cref="TreeNode.Place"/>; of the directory if it is made.</param>
    public TreeNode Directory(string path, int permissions = 0x1ED, (int, int) owner = default, double? place = null)
    {
        TreeNode directory = Root;
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < names.Length; i++)
        {
            TreeNode? child = directory.Children.Find(entry => entry.Name == names[i]).Node;
            if (child is null)
            {
                bool last = i == names.Length - 1;
                child = TreeNode.Directory(last ? permissions : 0x1ED, owner, PastTime(), last ? place : null);
                directory.Children.Add((names[i], child));
            }

            directory = child;
        }

        return directory;
    }

    /// <summary>Adds a file with a given text.</summary>
    public void Text(string path, string text, int permissions = 0x1A4 /* 0644 */, (int, int) owner = default) =>
        Add(path, TreeNode.File(new LiteralContent(text), permissions, owner, PastTime()), owner);

    /// <summary>Adds a file with made content.</summary>
    public TreeNode File(string path, FileContent content, int permissions = 0x1A4, (int, int) owner = default,
        TreeAttribute? attribute = null)
    {
        TreeNode node = TreeNode.File(content, permissions, owner, PastTime(), attribute is null ? [] : [attribute]);
        Add(path, node, owner);
        return node;
    }

    public void Link(string path, string target) => Add(path, TreeNode.Link(target, PastTime()), default);

    public void Device(string path, FileKind kind, int permissions, byte major = 0, byte minor = 0) =>
        Add(path, TreeNode.DeviceFile(kind, permissions, major, minor, PastTime()), default);

    /// <summary>Adds a node under a path; a node that has a name already gets a hard link.</summary>
    public void Add(string path, TreeNode node, (int, int) owner)
    {
        int slash = path.LastIndexOf('/');
        Directory(path[..slash], owner: owner).Children.Add((path[(slash + 1)..], node));
    }

    /// <summary>Adds files until their bytes are used up; one in three was deleted again, and does not count.</summary>
    /// <param name="budget">Bytes.</param>
    /// <param name="path">The path of the n-th file.</param>
    /// <param name="least">The smallest size.</param>
    /// <param name="most">The largest size; an eighth of the budget at most.</param>
    /// <param name="content">What is in them.</param>
    /// <param name="permissions">Of the files.</param>
    /// <param name="owner">Of the files, and of directories that are missing.</param>
    public void Family(
        long budget, Func<int, string> path, long least, long most, ContentMaker content, int permissions = 0x1A4,
            (int, int) owner = default)
    {
        most = Math.Max(least, Math.Min(most, budget / 8));
        for (int number = 0; budget > 0; number++)
        {
            bool deleted = _random.OneIn(OneDeletedIn);
            long size = _random.Size(least, most);
            Add(path(number), TreeNode.File(content(_random.Next(), size), permissions, owner, PastTime(),
                deleted: deleted), owner);
            if (!deleted)
                budget -= size;
        }
    }

    /// <summary>A time in the last two years.</summary>
    public uint PastTime() => _now - (uint)_random.Below(700) * SecondsPerDay - (uint)_random.Below(SecondsPerDay);
}
