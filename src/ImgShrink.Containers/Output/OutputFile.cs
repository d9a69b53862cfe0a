using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>An output on its way: it bears a temporary name beside the final one until <see cref="Commit"/>.</summary>
/// <remarks>
/// Disposing without a commit deletes what was written, so a <c>using</c> covers failures and cancellation.
/// </remarks>
public sealed class OutputFile : IDisposable
{
    private readonly bool _overwrite, _keeps;
    private bool _ended;

    private OutputFile(string path, string partialPath, bool overwrite, bool keeps) =>
        (Path, PartialPath, _overwrite, _keeps) = (path, partialPath, overwrite, keeps);

    /// <summary>The final name.</summary>
    public string Path { get; }

    /// <summary>
    /// The name to write to until then: hidden, in the same folder, so that the renaming copies nothing.
    /// </summary>
    public string PartialPath { get; }

    /// <summary>
    /// Reserves a temporary name beside <paramref name="path"/>, and deletes what a run that was killed left of the same output.
    /// </summary>
    /// <param name="path">The output's final name; its folder must exist.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="AccessException">
    /// The output exists and may not be replaced, or its folder is missing or closed to us.
    /// </exception>
    public static OutputFile Create(string path, bool overwrite)
    {
        string full = System.IO.Path.GetFullPath(path);
        string folder = System.IO.Path.GetDirectoryName(full) ?? full;
        ThrowIfRefused(path, overwrite);
        string Named(string what) => $".{System.IO.Path.GetFileName(full)}.imgshrink-{what}.partial";
        AbandonedFiles.Remove(folder, Named("*"));
        string partial = System.IO.Path.Combine(folder, Named(Guid.NewGuid().ToString("N")[..8]));
        return Open(path, partial, FileMode.CreateNew, overwrite, keeps: false);
    }

    /// <summary>Writes a small file whole: under its name, it is complete or not there.</summary>
    /// <exception cref="NotEnoughSpaceException">The medium has no room for it.</exception>
    /// <inheritdoc cref="Create"/>
    public static void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        using OutputFile file = Create(path, overwrite);
        using (OutputWriter writer = OutputWriter.OpenExisting(file.PartialPath))
            writer.Write(0, content);
        file.Commit();
    }

    /// <summary>The name of a file on its way that stays when it is stopped: it holds the beginning of the output.</summary>
    public static string KeptPathOf(string path) => System.IO.Path.GetFullPath(path) + ".imgshrink-partial";

    /// <summary>The same under <see cref="KeptPathOf"/>, with what is there already; disposing deletes nothing.</summary>
    /// <inheritdoc cref="Create"/>
    public static OutputFile GoOn(string path, bool overwrite)
    {
        ThrowIfRefused(path, overwrite);
        return Open(path, KeptPathOf(path), FileMode.OpenOrCreate, overwrite, keeps: true);
    }

    private static OutputFile Open(string path, string partial, FileMode mode, bool overwrite, bool keeps)
    {
        try
        {
            File.OpenHandle(partial, mode, FileAccess.Write).Dispose();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException(
                $"Cannot create a file in {System.IO.Path.GetDirectoryName(partial)}: {cause.Message}", cause);
        }

        return new OutputFile(System.IO.Path.GetFullPath(path), partial, overwrite, keeps);
    }

    /// <summary>Throws what <see cref="Create"/> would, and makes nothing: for jobs that have long work to do before.</summary>
    /// <exception cref="AccessException">The output exists and may not be replaced, or its folder is missing.</exception>
    public static void ThrowIfRefused(string path, bool overwrite)
    {
        string full = System.IO.Path.GetFullPath(path);
        string folder = System.IO.Path.GetDirectoryName(full) ?? full;
        if (Directory.Exists(full))
            throw new AccessException($"{path} is a folder; name a file in it as the output.");
        if (!Directory.Exists(folder))
            throw new AccessException(
                $"The folder of the output does not exist: {folder}. Make it first, or name another.");
        RefuseExisting(full, path, overwrite);
    }

    /// <summary>Brings the bytes to the medium and gives the file its final name.</summary>
    /// <exception cref="AccessException">The medium failed, or a file of that name has appeared meanwhile.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        using (var file = OutputWriter.OpenExisting(PartialPath))
            file.Flush(); // A name that survives a power cut must not stand for bytes that did not.
        RefuseExisting(Path, Path, _overwrite);
        try
        {
            File.Move(PartialPath, Path, _overwrite);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot give the output its name {Path}: {cause.Message}", cause);
        }

        _ended = true;
    }

    /// <summary>Deletes the file unless it was committed, or is to be gone on with.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        if (!_keeps)
            Discard(PartialPath);
    }

    /// <summary>Deletes the file although it was committed, because what it belongs to was not.</summary>
    internal void Withdraw() => Discard(Path);

    /// <summary>Deletes a file that nobody needs any more; one that the system keeps does no harm.</summary>
    public static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Whatever brought us here is the news; its name says what the left-over file is.
        }
    }

    private static void RefuseExisting(string full, string path, bool overwrite)
    {
        if (!overwrite && File.Exists(full))
            throw new AccessException($"{path} exists already; name another output, or use --force to replace it.");
    }
}
