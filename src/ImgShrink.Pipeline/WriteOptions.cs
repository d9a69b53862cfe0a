namespace ImgShrink.Pipeline;

/// <summary>What writing a card is asked to do.</summary>
public sealed record WriteOptions
{
    /// <summary>The image to write, or the card to copy.</summary>
    public required string Source { get; init; }

    /// <summary>The drive to write to.</summary>
    public required string Device { get; init; }

    /// <summary>Shrinks the volume that gives most where the image would not fit, and grows the last one where it would.</summary>
    public bool Resize { get; init; }

    /// <summary>
    /// Whether the last volume grows over the card; null for where no system makes use of the rest by itself, with
    /// <see cref="Resize"/> everywhere.
    /// </summary>
    public bool? Grow { get; init; }

    /// <summary>Reads the card back before it gets its partition table.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Plans only; writes nothing.</summary>
    public bool DryRun { get; init; }
}
