namespace ImgShrink.Cli;

/// <summary>The exit codes that scripts rely on; those from 3 to 7 mostly come from the exceptions themselves.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int InternalError = 1;
    public const int Usage = 2;
    public const int Damaged = 3; // Something of the image is, and the rest was done.
    public const int Access = 6;
    public const int VerificationFailed = 7; // Something is not what it was compared with.
    public const int Cancelled = 130;
}
