using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>Puts files of an image into a folder of this system, and keeps account of what could not be as it was.</summary>
/// <remarks>
/// Whatever the image says, nothing is written outside of the folder: names are made harmless, links come last, so that
/// no path leads through one, and what exists is replaced only where that is allowed; what this run has written itself is never.
/// </remarks>
internal sealed class HostTree(ExtractReport report, bool overwrite, IProgress<long> bytesDone, CancellationToken cancel)
{
    private const int PieceBytes = 1 << 20;
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF; // No set-user bit on files of whoever runs this.

    private static readonly StringComparer s_names = OperatingSystem.IsLinux() ? StringComparer.Ordinal
        : StringComparer.OrdinalIgnoreCase;

    private readonly Stack<Folder> _open = new();
    private readonly List<(string Path, string Target)> _links = [];
    private readonly List<(string Path, FileEntry Entry)> _folders = [];
    private long _bytesDone;

    /// <summary>A directory that is being filled.</summary>
    /// <param name="Source">Its path in the image.</param>
    /// <param name="Host">Its path here.</param>
    /// <param name="Existing">The names that were in it before.</param>
    private sealed record Folder(string Source, string Host, HashSet<string> Existing)
    {
        private readonly Dictionary<string, int> _taken = new(s_names);

        /// <summary>A name that nothing else of this run bears here.</summary>
        public string NameFor(string name)
        {
            string possible = HostName.Here.Of(name), unique = possible;
            while (!_taken.TryAdd(unique, 1) || IsAlias(unique))
                unique = HostName.Here.Of(name, ++_taken[possible]);
            return unique;
        }

        // What is there, and was not, bears the name to the file system only: by another case, or as its short name.
        private bool IsAlias(string name) => !Existing.Contains(name) && Path.Exists(Path.Combine(Host, name));
    }

    /// <summary>Puts a directory there, or a file; everything in it follows by <see cref="Add"/>.</summary>
    /// <param name="found">The object to begin with.</param>
    /// <param name="host">Its path on this system.</param>
    public void Begin(FoundFile found, string host) => Put(found.Files, new WalkedFile(found.Path, found.Entry), host);

    /// <summary>Puts the next object of a walk below the first one there.</summary>
    public void Add(IFileTree files, WalkedFile walked)
    {
        int slash = walked.Path.LastIndexOf('/');
        string parent = slash == 0 ? "/" : walked.Path[..slash];
        while (_open.Peek().Source != parent)
            _open.Pop();
        Folder folder = _open.Peek();
        Put(files, walked, Path.Combine(folder.Host, NameFor(walked.Path, walked.Path[(slash + 1)..], folder)));
    }

    /// <summary>Makes the links, and gives the directories their times, which nothing changes any more.</summary>
    public void Finish()
    {
        foreach (var (path, target) in _links)
            MakeLink(path, target);
        foreach (var (path, entry) in Enumerable.Reverse(_folders))
        {
            Directory.SetLastWriteTimeUtc(path, HostTime(entry));
            SetMode(path, entry, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string NameFor(string source, string name, Folder folder)
    {
        string unique = folder.NameFor(name);
        if (unique != name)
            report.Renamed.Add(new RenamedFile(source, unique));
        return unique;
    }

    private void Put(IFileTree files, WalkedFile walked, string host)
    {
        switch (walked.Entry.Kind)
        {
            case EntryKind.Directory:
                MakeFolder(walked, host);
                break;
            case EntryKind.File:
                PutFile(files, walked, host);
                break;
            case EntryKind.SymbolicLink when files.TryReadLink(walked.Path) is { } target:
                _links.Add((host, target));
                break;
            default:
                report.Skipped.Add(new SkippedFile(walked.Path, walked.Entry.Kind == EntryKind.SymbolicLink
                    ? "its target is encrypted" : "devices, pipes and sockets have no content", IsDamage: false));
                break;
        }
    }

    private void MakeFolder(WalkedFile walked, string host)
    {
        // Whoever put a link there may have meant it, but what is written must be where we say.
        if (new DirectoryInfo(host) is { LinkTarget: not null })
            throw new AccessException($"{host} is a link; name another destination.");
        if (File.Exists(host))
            throw new AccessException($"{host} is a file, and a folder should take its place; name another destination.");
        HashSet<string> existing = new(
            Directory.Exists(host) ? Directory.EnumerateFileSystemEntries(host).Select(path => Path.GetFileName(path)) : [], s_names);
        Directory.CreateDirectory(host);
        _folders.Add((host, walked.Entry));
        _open.Push(new Folder(walked.Path, host, existing));
        report.Directories++;
    }

    private void PutFile(IFileTree files, WalkedFile walked, string host)
    {
        try
        {
            if (files.TryOpenFile(walked.Path) is not { } content)
            {
                report.Skipped.Add(new SkippedFile(walked.Path, "it is encrypted", IsDamage: false));
                return;
            }

            MakeRoom(host);
            CopyWhole(content, host);
        }
        catch (CorruptImageException damage)
        {
            // The others are worth having.
            report.Skipped.Add(new SkippedFile(walked.Path, damage.Message, IsDamage: true));
            return;
        }

        File.SetLastWriteTimeUtc(host, HostTime(walked.Entry));
        SetMode(host, walked.Entry, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        report.Files++;
        report.Bytes += walked.Entry.Length;
    }

    /// <summary>Copies all of a file, or leaves nothing: a part of it might be taken for the whole.</summary>
    private void CopyWhole(IBlockSource content, string host)
    {
        bool isWhole = false;
        try
        {
            Copy(content, host);
            isWhole = true;
        }
        finally
        {
            if (!isWhole)
                File.Delete(host);
        }
    }

    private void Copy(IBlockSource content, string host)
    {
        using var file = new FileStream(host, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.SetLength(content.Length);
        var buffer = new byte[(int)Math.Min(PieceBytes, content.Length)];
        RangeSet data = (content as IKnowsHoles)?.DataRanges() ?? RangeSet.Of(new ByteRange(0, content.Length));
        foreach (ByteRange range in data.Ranges())
        {
            file.Position = range.Start;
            for (long at = range.Start; at < Math.Min(range.End, content.Length); at += buffer.Length)
            {
                cancel.ThrowIfCancellationRequested();
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Math.Min(range.End, content.Length) - at));
                content.Read(at, piece);
                file.Write(piece);
                bytesDone.Report(_bytesDone += piece.Length);
            }
        }
    }

    private void MakeLink(string path, string target)
    {
        MakeRoom(path);
        try
        {
            File.CreateSymbolicLink(path, target);
            report.Links++;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Windows lets only administrators and developers make links, and a target with a zero in it can be none.
            report.Skipped.Add(new SkippedFile(path, $"a link to {target}: {refused.Message}", IsDamage: false));
        }
    }

    /// <summary>Makes sure that nothing bears the name; a link is never written through.</summary>
    private void MakeRoom(string host)
    {
        bool exists = new FileInfo(host).LinkTarget is not null || Path.Exists(host);
        if (!exists)
            return;
        if (!overwrite)
            throw new AccessException($"{host} exists already; name another destination, or use --force to replace it.");
        if (Directory.Exists(host) && new DirectoryInfo(host).LinkTarget is null)
            throw new AccessException($"{host} is a folder, and a file should take its place; name another destination.");
        File.Delete(host);
    }

    // What Windows' file times cannot hold is moved to the nearest that they can.
    private static DateTime HostTime(FileEntry entry) =>
        entry.Modified.Year < 1980 ? new DateTime(1980, 1, 1, 0, 0, 0, DateTimeKind.Utc) : entry.Modified.UtcDateTime;

    // Whoever takes files out wants to use them, whatever their owner was allowed to.
    private static void SetMode(string path, FileEntry entry, UnixFileMode atLeast)
    {
        if (!OperatingSystem.IsWindows() && entry.Unix is { } unix)
            File.SetUnixFileMode(path, unix.Mode & Permissions | atLeast);
    }
}
