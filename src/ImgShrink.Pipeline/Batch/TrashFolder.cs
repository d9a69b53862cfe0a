using System.Globalization;
using System.Text;

namespace ImgShrink.Pipeline;

/// <summary>A folder of files that were thrown away.</summary>
/// <remarks>
/// That of Linux has the files in <c>files</c>, and in <c>info</c> where each was and when it was thrown away.
/// Spec: freedesktop.org, "The FreeDesktop.org Trash specification", version 1.0.
/// </remarks>
internal sealed class TrashFolder
{
    private const int MostOfOneName = 10_000;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _files;
    private readonly string? _info;
    private readonly string? _volume;

    private TrashFolder(string files, string? info, string? volume) => (_files, _info, _volume) = (files, info, volume);

    /// <summary>That of a user; null for a user without a home.</summary>
    /// <param name="home">The user's home.</param>
    /// <param name="data">XDG_DATA_HOME.</param>
    /// <remarks>What is not an absolute path does not count.</remarks>
    public static TrashFolder? OfHome(string home, string? data)
    {
        if (data is not ['/', ..])
            data = home is ['/', ..] ? Path.Combine(home, ".local", "share") : null;
        return data is null ? null : Described(Path.Combine(data, "Trash"), volume: null);
    }

    /// <summary>That of a user on a volume: in the one for everybody, where its administrator has made that, else beside it.</summary>
    public static TrashFolder OfVolume(string volume, uint user)
    {
        var shared = new DirectoryInfo(Path.Combine(volume, ".Trash"));
        bool isSafe = shared.Exists && shared.LinkTarget is null && shared.UnixFileMode.HasFlag(UnixFileMode.StickyBit);
        return Described(
            isSafe ? Path.Combine(shared.FullName, $"{user}") : Path.Combine(volume, $".Trash-{user}"), volume);
    }

    /// <summary>That of macOS: files, and nothing said about them.</summary>
    public static TrashFolder Plain(string folder) => new(folder, info: null, volume: null);

    /// <summary>Takes a file; false where it is on another volume.</summary>
    /// <param name="path">The file, by its full path without links.</param>
    /// <param name="rename">Renames a file to a name that is free; false where that is on another volume.</param>
    /// <exception cref="IOException">It cannot be renamed; it is where it was.</exception>
    public bool TryTake(string path, Func<string, string, bool> rename)
    {
        MakePrivate(_files);
        if (_info is not null)
            MakePrivate(_info);
        string name = Reserve(path);
        bool isTaken = false;
        try
        {
            return isTaken = rename(path, Path.Combine(_files, name));
        }
        finally
        {
            if (!isTaken && _info is not null)
                File.Delete(Description(name));
        }
    }

    private static TrashFolder Described(string root, string? volume) =>
        new(Path.Combine(root, "files"), Path.Combine(root, "info"), volume);

    private string Description(string name) => Path.Combine(_info!, name + ".trashinfo");

    private void MakePrivate(string folder)
    {
        // On a volume of many users, a link would lead the file to a place of somebody else's choice.
        string root = Path.GetDirectoryName(folder)!;
        if (_volume is not null && (new DirectoryInfo(root).LinkTarget ?? new DirectoryInfo(folder).LinkTarget) is { } target)
            throw new IOException($"The trash in {root} is a link to {target}.");
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder, Private);
    }

    /// <summary>A name that is free; it is taken by its description, which comes first.</summary>
    private string Reserve(string path)
    {
        string stem = Path.GetFileNameWithoutExtension(path), extension = Path.GetExtension(path);
        for (int i = 1; i <= MostOfOneName; i++)
        {
            string name = i == 1 ? Path.GetFileName(path) : $"{stem}.{i}{extension}";
            if (Path.Exists(Path.Combine(_files, name)) || (_info is not null && Path.Exists(Description(name))))
                continue;
            if (_info is not null)
                Describe(path, Description(name));
            return name;
        }

        throw new IOException($"The trash is full of files named {Path.GetFileName(path)}.");
    }

    private void Describe(string path, string into)
    {
        // Of a volume that may be mounted elsewhere the next time, from its root on.
        string origin = _volume is null ? path : Path.GetRelativePath(_volume, path);
        string words = string.Join('/', origin.Split('/').Select(Uri.EscapeDataString));
        string time = DateTime.Now.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        using var file = new FileStream(into, FileMode.CreateNew, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes($"[Trash Info]\nPath={words}\nDeletionDate={time}\n"));
    }
}
