using ImgShrink.Containers.Checking;

namespace ImgShrink.Pipeline.Verify;

/// <summary>What a verification is asked to do.</summary>
public sealed record VerifyOptions
{
    /// <summary>The image to verify.</summary>
    public required string Image { get; init; }

    /// <summary>The source that it was made of, to be compared file by file; null for none.</summary>
    public string? Against { get; init; }

    /// <summary>A checksum that somebody published, of the file or of the image in it; null for none.</summary>
    public Checksum? Published { get; init; }
}
