using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Testing;

/// <summary>A file tree that lives in memory, to put an image's files together in a test and to see what is edited.</summary>
public sealed class MemoryFileTree : IFileEditor
{
    private const int MostLinks = 40;

    // Content of a file, target of a link; null for a directory. Keys are paths without any link on the way.
    private readonly SortedDictionary<string, (byte[]? Content, string? Link, UnixFileMode Mode)> _entries =
        new(StringComparer.Ordinal) { ["/"] = default };

    private readonly Dictionary<string, DateTimeOffset> _times = [];

    /// <summary>A file's text as UTF-8, with the directories above it; for building a tree in one expression.</summary>
    public MemoryFileTree With(string path, string text = "") => With(path, text, (UnixFileMode)0b110_100_100);

    /// <summary>A file that may be executed, with the directories above it.</summary>
    public MemoryFileTree WithProgram(string path, string text = "") => With(path, text, (UnixFileMode)0b111_101_101);

    /// <summary>A symbolic link, with the directories above it.</summary>
    public MemoryFileTree WithLink(string path, string target)
    {
        CreateDirectory(Parent(path));
        CreateSymlink(path, target);
        return this;
    }

    /// <summary>Gives what exists at a path another time than the epoch.</summary>
    public MemoryFileTree At(DateTimeOffset modified, string path)
    {
        _times[Resolve(path, followLast: false)] = modified;
        return this;
    }

    /// <summary>One line an object, ascending: its mode in octal, path, and target or length; directories are left out.</summary>
    public IReadOnlyList<string> Listing() => [.. _entries.Where(entry => entry.Value.Content is not null || entry.Value.Link is not null)
        .Select(entry => entry.Value.Link is { } link
            ? $"link {entry.Key} -> {link}"
            : $"{Convert.ToString((int)entry.Value.Mode, 8)} {entry.Key} {entry.Value.Content!.Length}")];

    /// <summary>The text of a file; fails the test when it is not there.</summary>
    public string Text(string path) => Encoding.UTF8.GetString(TryReadFile(path) ?? throw new FileNotFoundException($"There is no {path}."));

    /// <inheritdoc/>
    public bool Exists(string path) => _entries.ContainsKey(Resolve(path, followLast: false));

    /// <inheritdoc/>
    public FileEntry? TryStat(string path) => !_entries.TryGetValue(Resolve(path, followLast: false), out var entry) ? null
        : new FileEntry(
            entry.Link is not null ? EntryKind.SymbolicLink : entry.Content is not null ? EntryKind.File : EntryKind.Directory,
            entry.Link?.Length ?? entry.Content?.Length ?? 0, _times.GetValueOrDefault(Resolve(path, followLast: false), DateTimeOffset.UnixEpoch))
        {
            Unix = new UnixEntry(entry.Mode, 0, 0, 0, 1, null),
        };

    /// <inheritdoc/>
    public IBlockSource? TryOpenFile(string path) =>
        TryReadFile(path, int.MaxValue) is { } content ? new MemoryStore(content) : null;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> ReadAttributes(string path) => new Dictionary<string, byte[]>();

    /// <inheritdoc/>
    public byte[]? TryReadFile(string path, int limitBytes = 1 << 20) =>
        _entries.TryGetValue(Resolve(path, followLast: true), out var entry) && entry.Content?.Length <= limitBytes ? entry.Content : null;

    /// <inheritdoc/>
    public string? TryReadLink(string path) => _entries.GetValueOrDefault(Resolve(path, followLast: false)).Link;

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string path)
    {
        string folder = Resolve(path, followLast: true).TrimEnd('/') + "/";
        return [.. _entries.Keys.Where(key => key.StartsWith(folder) && key.Length > folder.Length && key.IndexOf('/', folder.Length) < 0)
            .Select(key => key[folder.Length..])];
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        string resolved = Resolve(path, followLast: true);
        if (_entries.TryGetValue(resolved, out var entry))
        {
            if (entry.Content is not null)
                throw new IOException($"{path} is a file.");
            return;
        }

        CreateDirectory(Parent(resolved));
        _entries[resolved] = default;
    }

    /// <inheritdoc/>
    public void WriteFile(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string resolved = Resolve(path, followLast: true);
        RequireDirectory(Parent(resolved));
        if (_entries.TryGetValue(resolved, out var old))
            mode = old.Content is null ? throw new IOException($"{path} is a directory.") : old.Mode;
        _entries[resolved] = (content.ToArray(), null, mode);
    }

    /// <inheritdoc/>
    public void CreateSymlink(string path, string target)
    {
        string resolved = Resolve(path, followLast: false);
        RequireDirectory(Parent(resolved));
        if (_entries.TryGetValue(resolved, out var old) && old.Link != target)
            throw new IOException($"{path} exists.");
        _entries[resolved] = (null, target, default);
    }

    /// <inheritdoc/>
    public void Rename(string path, string newPath)
    {
        string resolved = Resolve(path, followLast: false), target = Resolve(newPath, followLast: false);
        RequireDirectory(Parent(target));
        _entries[target] = _entries[resolved];
        _entries.Remove(resolved);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        string resolved = Resolve(path, followLast: false);
        if (_entries.TryGetValue(resolved, out var entry) && entry is { Content: null, Link: null })
            throw new IOException($"{path} is a directory.");
        _entries.Remove(resolved);
    }

    /// <inheritdoc/>
    public void RemoveDirectory(string path)
    {
        if (List(path).Count > 0)
            throw new IOException($"{path} is not empty.");
        _entries.Remove(Resolve(path, followLast: false));
    }

    private MemoryFileTree With(string path, string text, UnixFileMode mode)
    {
        CreateDirectory(Parent(path));
        WriteFile(path, Encoding.UTF8.GetBytes(text), mode);
        return this;
    }

    private void RequireDirectory(string path)
    {
        if (!_entries.TryGetValue(path, out var entry) || entry.Content is not null)
            throw new DirectoryNotFoundException($"There is no directory {path}.");
    }

    private string Resolve(string path, bool followLast)
    {
        if (!path.StartsWith('/'))
            throw new ArgumentException($"{path} is not absolute.", nameof(path));
        var waiting = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        string resolved = "/";
        int links = 0;
        while (waiting.TryPop(out string? name))
        {
            if (name is "." or "..")
            {
                resolved = name == "." ? resolved : Parent(resolved);
                continue;
            }

            string next = $"{resolved.TrimEnd('/')}/{name}";
            if (_entries.GetValueOrDefault(next).Link is not { } link || (waiting.Count == 0 && !followLast) || ++links > MostLinks)
            {
                resolved = next;
                continue;
            }

            resolved = link.StartsWith('/') ? "/" : resolved;
            foreach (string part in link.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                waiting.Push(part);
        }

        return resolved;
    }

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";
}
