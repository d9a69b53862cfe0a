using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>What needs an audit of a volume, which takes long for a large one, ends when it is told to.</summary>
public class CancelledAuditTests
{
    public static TheoryData<string, Action<ExtVolume, CancellationToken>> Questions() => new()
    {
        { "data", (volume, cancel) => volume.DataRanges(cancel) },
        { "files", (volume, cancel) => volume.FilesIn(new RangeSet(), cancel) },
        { "remark", (volume, cancel) => volume.Remark(cancel) },
        { "damage", (volume, cancel) => volume.Damage(cancel) },
        { "floor", (volume, cancel) => volume.Floor(cancel) },
        { "minimum", (volume, cancel) => volume.MinimumBytes(cancel) },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void It_can_be_cancelled(string what, Action<ExtVolume, CancellationToken> ask)
    {
        ExtVolume volume = new EditedImage("ext4").Volume;
        Assert.ThrowsAny<OperationCanceledException>(() => ask(volume, new CancellationToken(canceled: true)));
        ask(volume, CancellationToken.None);
        Assert.True(volume.Damage() is null, $"After {what}.");
    }
}
