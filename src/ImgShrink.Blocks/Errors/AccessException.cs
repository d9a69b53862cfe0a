namespace ImgShrink.Blocks;

/// <summary>A file or device cannot be opened, read or written (exit code 6).</summary>
public sealed class AccessException(string message, Exception? cause = null) : ImgShrinkException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 6;
}
