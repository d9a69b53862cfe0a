namespace ImgShrink.Pipeline;

/// <summary>What was taken out of an image.</summary>
/// <param name="Source">The image.</param>
/// <param name="Path">What was taken, "2:/home/pi".</param>
/// <param name="Destination">Where it is now.</param>
public sealed record ExtractReport(SourceReport Source, string Path, string Destination)
{
    /// <summary>Files that were written.</summary>
    public int Files { get; internal set; }

    /// <summary>Directories that were made or filled.</summary>
    public int Directories { get; internal set; }

    /// <summary>Symbolic links that were made.</summary>
    public int Links { get; internal set; }

    /// <summary>Bytes of all files that were written.</summary>
    public long Bytes { get; internal set; }

    /// <summary>What bears another name here, because this system cannot have its own.</summary>
    public IList<RenamedFile> Renamed { get; } = [];

    /// <summary>What was left out, and why.</summary>
    public IList<SkippedFile> Skipped { get; } = [];
}

/// <summary>An object that bears another name here.</summary>
/// <param name="Path">Its path on the volume.</param>
/// <param name="Name">Its name here.</param>
public sealed record RenamedFile(string Path, string Name);

/// <summary>An object that was left out.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsDamage">Whether it is damaged; else it is nothing that could be written here.</param>
public sealed record SkippedFile(string Path, string Reason, bool IsDamage);
