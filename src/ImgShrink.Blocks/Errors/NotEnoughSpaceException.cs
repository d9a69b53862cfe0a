namespace ImgShrink.Blocks;

/// <summary>The result does not fit where it should go (exit code 5).</summary>
public sealed class NotEnoughSpaceException(string message, Exception? cause = null)
    : ImgShrinkException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 5;
}
