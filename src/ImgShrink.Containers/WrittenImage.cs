namespace ImgShrink.Containers;

/// <summary>An image that was written to a container.</summary>
/// <param name="ImageBytes">Length of the raw image.</param>
/// <param name="Sha256">SHA-256 of the raw image, 64 hexadecimal digits in lower case.</param>
/// <param name="FileBytes">Length of the written file; a sparse file may take less room on the disk.</param>
public sealed record WrittenImage(long ImageBytes, string Sha256, long FileBytes)
{
    /// <summary>
    /// Proves the file; a container gives it where <see cref="ContainerOptions.Proves"/> is set. Null where nothing is left to
    /// prove.
    /// </summary>
    public IOutputProof? Proof { get; init; }
}
