namespace ImgShrink.Pipeline;

/// <summary>A job that was cancelled when something had been written already; any other leaves nothing.</summary>
/// <param name="message">What there is now, and how to go on.</param>
/// <param name="cause">The cancellation.</param>
public sealed class CancelledMidwayException(string message, Exception cause) : OperationCanceledException(message, cause);
