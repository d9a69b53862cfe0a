namespace ImgShrink.Blocks;

/// <summary>One place where a disk is not what its format requires.</summary>
/// <param name="Structure">
/// What is wrong, with its number: "inode 1234", "GPT header", "block bitmap of group 7".
/// </param>
/// <param name="Place">The field by its spec name, or where it is: "s_magic at byte 1080".</param>
/// <param name="Found">What is there.</param>
/// <param name="Expected">What should be there.</param>
public sealed record Finding(string Structure, string Place, string Found, string Expected)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Structure}: {Place} is {Found}, expected {Expected}";
}
