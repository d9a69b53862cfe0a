namespace ImgShrink.Pipeline;

/// <summary>What became of an image of a folder.</summary>
public enum BatchState
{
    /// <summary>It was shrunk, and the output is proven.</summary>
    Done,

    /// <summary>An earlier run did it, and neither it nor the output has changed.</summary>
    AlreadyDone,

    /// <summary>It would be shrunk; nothing was written.</summary>
    Planned,

    /// <summary>It could not be shrunk; the error says why.</summary>
    Failed,
}

/// <summary>One image of a folder.</summary>
/// <param name="Source">Its path.</param>
/// <param name="SourceBytes">Length of the file.</param>
/// <param name="State">What became of it.</param>
public sealed record BatchedImage(string Source, long SourceBytes, BatchState State)
{
    /// <summary>The file that was written, would be, or was.</summary>
    public string? Output { get; init; }

    /// <summary>Length of that file; of a plan, the bytes of data that would go into it, before compression.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>Length of the image in the output; null where this run did not make it.</summary>
    public long? ImageBytes { get; init; }

    /// <summary>SHA-256 of the image in the output; null where this run did not make it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where the original is now; null where it was removed or recycled, which is after the proof only.</summary>
    public string? Original { get; init; } = Source;

    /// <summary>Whether the original is in the recycle bin, or the trash.</summary>
    public bool IsRecycled { get; init; }

    /// <summary>Why it failed, in a sentence; null unless it did.</summary>
    public string? Error { get; init; }

    /// <summary>The exit code that a shrink of it alone would have had.</summary>
    public int ExitCode { get; init; }
}

/// <summary>A folder of images.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Images">Its images, by path.</param>
public sealed record BatchReport(string Folder, IReadOnlyList<BatchedImage> Images)
{
    /// <summary>Bytes of all images that were done, by this run or an earlier one, or would be.</summary>
    public long SourceBytes => Fine.Sum(each => each.SourceBytes);

    /// <summary>Bytes of their outputs.</summary>
    public long OutputBytes => Fine.Sum(each => each.OutputBytes ?? 0);

    /// <summary>How many images could not be shrunk.</summary>
    public int Failed => Images.Count(each => each.State == BatchState.Failed);

    private IEnumerable<BatchedImage> Fine => Images.Where(each => each.State != BatchState.Failed);
}
