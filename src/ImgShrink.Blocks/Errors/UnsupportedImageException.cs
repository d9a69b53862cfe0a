namespace ImgShrink.Blocks;

/// <summary>
/// The image is valid as far as we know, but uses something that ImgShrink cannot handle (exit code 4).
/// </summary>
public sealed class UnsupportedImageException(string message) : ImgShrinkException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 4;
}
