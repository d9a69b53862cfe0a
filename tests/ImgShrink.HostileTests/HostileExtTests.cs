using ImgShrink.Blocks;
using ImgShrink.HostileTests.Maps;
using ImgShrink.HostileTests.Trials;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.HostileTests;

/// <summary>Volumes that are shrunk: by their own files, and by e2fsck, the result is no worse than what it was made of.</summary>
public sealed class HostileExtTests(ITestOutputHelper output) : HostileVolumeTests(output), IDisposable
{
    // Of all that are shrunk so many are shown to e2fsck, twice each: more would be most of the time.
    private const int OneIsJudgedIn = 4;

    private readonly TempFolder _folder = new();
    private readonly bool _hasNoJudge = Tool.SkipWithout(output.WriteLine, "e2fsck");
    private int _shrunk;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ext4.img")]
    [InlineData("pi.img")]
    [InlineData("features.img")]
    [InlineData("ext2.img")]
    [InlineData("dirty.img")]
    [InlineData("dirty3.img")]
    public void Ext(string image) => Try(image, ExtMap.Of, Ending.Shrunk, cases: 600);

    private protected override void Judge(IBlockSource source, TargetView target)
    {
        if (_hasNoJudge || _shrunk++ % OneIsJudgedIn != 0)
            return;
        (int before, _) = Check(source);
        (int after, string said) = Check(target.Bytes);
        Assert.True(after <= before, $"e2fsck -fn ends with {before} for the source, and with {after} for the result:\n{said}");
    }

    private (int ExitCode, string Said) Check(IBlockSource volume)
    {
        string path = _folder["judged.img"];
        File.WriteAllBytes(path, volume.ReadBytes(0, (int)volume.Length));
        ToolResult result = Tool.Run("e2fsck", "-fn", path);
        return (result.ExitCode, result.Output);
    }
}
