namespace ImgShrink.Pipeline;

/// <summary>What a batch is asked to do.</summary>
public sealed record BatchOptions
{
    /// <summary>The folder of images; it is looked through with all below it.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the outputs go, in folders like those of the images; null for beside each image.</summary>
    public string? Outputs { get; init; }

    /// <summary>
    /// What to do with each image; its source and output do not count, and its threads and memory are those of the whole run.
    /// </summary>
    public required ShrinkOptions Shrink { get; init; }

    /// <summary>What becomes of an image when its output is proven.</summary>
    public OriginalFate Originals { get; init; }
}

/// <summary>What becomes of an image when its output is proven.</summary>
public enum OriginalFate
{
    /// <summary>It stays as it is.</summary>
    Untouched,

    /// <summary>It gets another name beside its own (".original" behind it).</summary>
    MovedAside,

    /// <summary>It goes into the recycle bin, or the trash.</summary>
    Recycled,

    /// <summary>It is deleted.</summary>
    Removed,
}
