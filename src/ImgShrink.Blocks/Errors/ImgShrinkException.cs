namespace ImgShrink.Blocks;

/// <summary>An end that the user can do something about; anything else that is thrown is a bug of ours.</summary>
/// <remarks>
/// One leaf for each thing the user can do next; the exit code is part of the command line's contract.
/// </remarks>
public abstract class ImgShrinkException : Exception
{
    private protected ImgShrinkException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>The exit code of a run that ends this way.</summary>
    public abstract int ExitCode { get; }
}
