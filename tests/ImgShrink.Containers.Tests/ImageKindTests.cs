using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

public class ImageKindTests
{
    [Theory]
    [InlineData(0, "28B52FFD", "zstd")]
    [InlineData(0, "FD377A585A00", "xz")]
    [InlineData(0, "1F8B0800", "gzip")]
    [InlineData(0, "504B0304", "zip")]
    [InlineData(0, "377ABCAF271C", "7z")]
    [InlineData(0, "514649FB", "qcow2")]
    [InlineData(0, "4B444D56", "vmdk")]
    [InlineData(0, "7668647866696C65", "vhdx")]
    [InlineData(0, "636F6E6563746978", "vhd")]
    [InlineData(64, "7F10DABE", "vdi")]
    [InlineData(0x8001, "4344303031", "iso9660")]
    [InlineData(0, "EB3C90", "raw")]
    public void Magic_tells_the_kind(int at, string magic, string name)
    {
        var first = new byte[ImageKind.BytesToLookAt];
        Convert.FromHexString(magic).CopyTo(first, at);
        Assert.Equal(name, ImageKind.Of(first).Name);
    }

    [Fact]
    public void Short_files_and_disks_that_are_optical_images_too_are_raw()
    {
        Assert.True(ImageKind.Of([]).IsRaw);
        Assert.True(ImageKind.Of([0x28]).IsRaw);
        var first = new byte[ImageKind.BytesToLookAt];
        Encoding.ASCII.GetBytes("CD001").CopyTo(first, 0x8001);
        (first[510], first[511]) = (0x55, 0xAA);
        Assert.True(ImageKind.Of(first).IsRaw);
    }

    [Fact]
    public void Skippable_frames_and_trailers_tell_too()
    {
        Assert.Equal("zstd", ImageKind.Of([0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]).Name);
        var disk = new byte[2000];
        Encoding.ASCII.GetBytes("koly").CopyTo(disk, disk.Length - 512);
        Assert.Equal("dmg", ImageKind.Of(new MemoryStore(disk)).Name);
    }

    [Fact]
    public void Refusal_says_what_to_do() => Assert.Equal(
        "card.img is not a disk image that can be read as it is but a qcow2 file. Convert it first: qemu-img convert -O raw.",
        ImageKind.Of([.. "QFI"u8, 0xFB]).Refusal("card.img"));
}
