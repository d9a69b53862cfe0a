namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>One wrong field, and what must be said about it.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Image">The test image: "ext4", "pi" or "ext2".</param>
/// <param name="Make">Makes it wrong.</param>
/// <param name="Expected">The finding, or its start; "#" stands for any number.</param>
internal sealed record Damage(string Name, string Image, Action<EditedImage> Make, string Expected)
{
    /// <summary>Fails the test unless a finding says just that.</summary>
    public void ExpectFound()
    {
        var image = new EditedImage(Image);
        Make(image);
        IReadOnlyList<string> findings = image.Findings();
        string pattern = $"^{System.Text.RegularExpressions.Regex.Escape(Expected).Replace("\\#", "[0-9A-Fx]+")}";
        Assert.True(
            findings.Any(finding => System.Text.RegularExpressions.Regex.IsMatch(finding, pattern)),
            $"Expected a finding that begins with\n  {Expected}\nand there is\n  {string.Join("\n  ", findings.DefaultIfEmpty("none"))}");
    }
}
