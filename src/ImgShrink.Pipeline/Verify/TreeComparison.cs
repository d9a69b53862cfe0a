using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline.Verify;

/// <summary>One object that is not the same on two cards.</summary>
/// <param name="Partition">The number of its partition, 0 for an image without a table.</param>
/// <param name="Path">Its path in the volume; empty for the volume as a whole.</param>
/// <param name="What">What is different: "is missing", "its mode is 0755, expected 0644".</param>
public sealed record Difference(int Partition, string Path, string What);

/// <summary>Compares the files of a volume with those of another, object by object.</summary>
/// <remarks>
/// Kind, content, holes, mode, owner, times of change, device numbers, targets, attributes, and which names are hard links of
/// each other. Numbers of inodes may differ. Both volumes must be sound: a circle of directories would have no end.
/// </remarks>
internal sealed class TreeComparison(int partition, IFileTree image, IFileTree source, bool contents, CancellationToken cancel)
{
    private const int PieceSize = 1 << 20;

    // Of files with several names: which inode of the image has to be which of the source.
    private readonly Dictionary<long, long> _inodes = [];
    private readonly byte[] _left = new byte[PieceSize], _right = new byte[PieceSize];

    /// <summary>Objects compared so far.</summary>
    public long Objects { get; private set; }

    /// <summary>The differences, one an object at most, directories before what is in them.</summary>
    public IEnumerable<Difference> Run()
    {
        var pending = new Stack<string>(["/"]);
        while (pending.TryPop(out string? path))
        {
            cancel.ThrowIfCancellationRequested();
            Objects++;
            FileEntry? found = image.TryStat(path), expected = source.TryStat(path);
            if (WhatDiffers(path, found, expected) is { } what)
                yield return new Difference(partition, path, what);
            if (found?.Kind != EntryKind.Directory || expected?.Kind != EntryKind.Directory)
                continue;
            foreach (string name in image.List(path).Union(source.List(path)).Distinct().OrderDescending(StringComparer.Ordinal))
                pending.Push(path == "/" ? $"/{name}" : $"{path}/{name}");
        }
    }

    private string? WhatDiffers(string path, FileEntry? found, FileEntry? expected)
    {
        if (found is null || expected is null)
            return found is null ? "is missing" : "is not in the source";
        if (found.Kind != expected.Kind)
            return $"is a {Name(found.Kind)}, expected a {Name(expected.Kind)}";
        return WhatDiffers("length", found.Length, expected.Length)
            ?? (found.Unix is { } left && expected.Unix is { } right ? WhatDiffers(left, right) : null)
            ?? WhatDiffers("time of change", Time(found), Time(expected))
            ?? WhatDiffersInside(path, found, expected)
            ?? (SameAttributes(path) ? null : "its extended attributes differ");
    }

    private string? WhatDiffers(UnixEntry found, UnixEntry expected) =>
        WhatDiffers("mode", Octal(found.Mode), Octal(expected.Mode))
        ?? WhatDiffers("owner", found.Owner, expected.Owner)
        ?? WhatDiffers("group", found.Group, expected.Group)
        ?? WhatDiffers("device number", found.Device, expected.Device)
        ?? (found.Links > 1 || expected.Links > 1 ? WhatDiffersInLinks(found, expected) : null);

    /// <summary>Directories have a link for each that lies in them, which is compared by itself.</summary>
    private string? WhatDiffersInLinks(UnixEntry found, UnixEntry expected)
    {
        if (_inodes.TryAdd(expected.Inode, found.Inode))
            return null;
        return _inodes[expected.Inode] == found.Inode ? null : "is no hard link of the same file any more";
    }

    private string? WhatDiffersInside(string path, FileEntry found, FileEntry expected)
    {
        if (found.Kind == EntryKind.SymbolicLink)
            return WhatDiffers("target", image.TryReadLink(path), source.TryReadLink(path));
        if (found.Kind != EntryKind.File || !contents)
            return null;
        IBlockSource? left = image.TryOpenFile(path), right = source.TryOpenFile(path);
        if (left is null || right is null)
            return left is null == right is null ? null : "its content can be read on one side only";
        if (left is IKnowsHoles leftHoles && right is IKnowsHoles rightHoles
            && !leftHoles.DataRanges().Ranges().SequenceEqual(rightHoles.DataRanges().Ranges()))
            return "its holes are elsewhere";
        return FirstDifference(left, right) is long at ? $"its content differs, first at byte {at}" : null;
    }

    private long? FirstDifference(IBlockSource left, IBlockSource right)
    {
        IEnumerable<ByteRange> ranges = (left as IKnowsHoles)?.DataRanges().Ranges() ?? [new ByteRange(0, left.Length)];
        foreach (ByteRange range in ranges)
        {
            long end = Math.Min(range.End, left.Length);
            for (long at = range.Start; at < end; at += PieceSize)
            {
                cancel.ThrowIfCancellationRequested();
                int count = (int)Math.Min(PieceSize, end - at);
                left.Read(at, _left.AsSpan(0, count));
                right.Read(at, _right.AsSpan(0, count));
                int same = _left.AsSpan(0, count).CommonPrefixLength(_right.AsSpan(0, count));
                if (same < count)
                    return at + same;
            }
        }

        return null;
    }

    private bool SameAttributes(string path)
    {
        IReadOnlyDictionary<string, byte[]> left = image.ReadAttributes(path), right = source.ReadAttributes(path);
        return left.Count == right.Count
            && left.All(each => right.TryGetValue(each.Key, out byte[]? value) && value.AsSpan().SequenceEqual(each.Value));
    }

    private static string? WhatDiffers<T>(string what, T found, T expected) =>
        EqualityComparer<T>.Default.Equals(found, expected) ? null : $"its {what} is {found}, expected {expected}";

    private static string Name(EntryKind kind) => kind switch
    {
        EntryKind.File => "file",
        EntryKind.Directory => "directory",
        EntryKind.SymbolicLink => "symbolic link",
        EntryKind.CharacterDevice => "character device",
        EntryKind.BlockDevice => "block device",
        EntryKind.Pipe => "pipe",
        _ => "socket",
    };

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static string Time(FileEntry entry) =>
        entry.Modified.ToString("yyyy-MM-dd HH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture);
}
