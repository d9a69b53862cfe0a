namespace ImgShrink.Blocks;

/// <summary>The image contradicts its own format: it has to be repaired or copied again (exit code 3).</summary>
public sealed class CorruptImageException : ImgShrinkException
{
    /// <summary>One finding, and what the user can do about it.</summary>
    public CorruptImageException(Finding finding, string advice)
        : base($"{finding}. {advice}") => Findings = [finding];

    /// <summary>Several findings under one headline.</summary>
    public CorruptImageException(string headline, IReadOnlyList<Finding> findings, string advice)
        : base($"{headline}\n{string.Join('\n', findings.Select(finding => "  " + finding))}\n{advice}") =>
            Findings = findings;

    /// <summary>What is wrong; never empty.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <inheritdoc/>
    public override int ExitCode => 3;
}
