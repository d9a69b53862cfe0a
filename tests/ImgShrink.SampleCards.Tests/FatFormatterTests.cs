using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Fat;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.SampleCards.Tests;

public class FatFormatterTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(4)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(2000)]
    public void Fsck_has_nothing_to_say(int mebibytes)
    {
        if (Tool.SkipWithout(output.WriteLine, "fsck.fat", "blkid"))
            return;
        using var folder = new TempFolder();
        using (var store = new SparseFileStore(folder["fat"], (long)mebibytes << 20))
            FatFormatter.Format(store, new FatFormat());
        Oracle.FsckFatIsSilent(folder["fat"]);
        string facts = Tool.Need("blkid", "-p", "-o", "export", folder["fat"]);
        Assert.Contains("LABEL=bootfs", facts);
        Assert.Contains("UUID=9F1C-0D2A", facts);
        Assert.Contains(mebibytes < 64 ? "VERSION=FAT16" : "VERSION=FAT32", facts);
    }
}
