namespace ImgShrink.Blocks;

/// <summary>What was written is not what was planned (exit code 7).</summary>
public sealed class VerificationException(string message) : ImgShrinkException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 7;
}
