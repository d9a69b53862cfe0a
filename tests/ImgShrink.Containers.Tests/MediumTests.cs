using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

/// <summary>Raw images on file systems that cannot do everything.</summary>
public class MediumTests
{
    [Theory]
    [InlineData("NTFS", true, null)]
    [InlineData("ext3", true, null)]
    [InlineData("apfs", true, null)]
    [InlineData("exFAT", false, null)]
    [InlineData("hfs", false, null)]
    [InlineData("FAT32", false, 0xFFFF_FFFFL)]
    [InlineData("msdos", false, 0xFFFF_FFFFL)]
    public void File_systems_are_told_by_their_names(string name, bool keepsHoles, long? largest) =>
        Assert.Equal(new Medium(keepsHoles, largest), Medium.Named(name, keepsHoles: null));

    [Fact]
    public void What_the_system_says_of_holes_counts_more_than_the_name() =>
        Assert.False(Medium.Named("NTFS", keepsHoles: false).KeepsHoles);

    [Fact]
    public void Image_that_a_FAT_cannot_hold_is_refused_before_the_first_byte()
    {
        using var folder = new TempFolder();
        var image = new TargetView(new ZeroSource(5L << 30), new RangeSet());
        var failure = Assert.Throws<NotEnoughSpaceException>(() =>
            RawContainer.Write(image, folder["x.img"], Medium.Named("vfat", null), goesOn: false, null, default));
        Assert.Contains("less than 4 GiB", failure.Message);
        Assert.Empty(folder.Files);
    }
}
