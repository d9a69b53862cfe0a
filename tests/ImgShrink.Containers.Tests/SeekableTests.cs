using ImgShrink.Blocks;
using ImgShrink.Containers.Tests.Unpacking;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers.Tests;

/// <summary>What is particular to .zst files with a seek table.</summary>
public class SeekableTests
{
    [Fact]
    public void Table_leads_to_frames_that_decode_by_themselves()
    {
        using var folder = new TempFolder();
        byte[] image = [.. TestImages.Make("text"), .. new byte[9 << 20], .. TestImages.Make("islands")];
        new ZstdContainer().Write(TestImages.View(image), folder["x"], new ContainerOptions(Seekable: true), null, default);
        byte[] file = File.ReadAllBytes(folder["x"]);
        // Spec: Zstandard Seekable Format 0.1.0; the last nine bytes are number of frames, descriptor, magic.
        Assert.Equal(0x8F92EAB1u, Le.U32(file.AsSpan(^4..), 0));
        Assert.Equal(0, file[^5]);
        int frames = (int)Le.U32(file.AsSpan(^9..), 0);
        int table = file.Length - 9 - frames * 8;
        Assert.Equal(0x184D2A5Eu, Le.U32(file, table - 8));
        Assert.Equal((uint)(file.Length - table), Le.U32(file, table - 4));
        Assert.True(frames >= 5);
        int at = 0, imageAt = 0;
        for (int i = 0; i < frames; i++)
        {
            int size = (int)Le.U32(file, table + i * 8), content = (int)Le.U32(file, table + i * 8 + 4);
            Assert.InRange(content, 1, 16 << 20);
            File.WriteAllBytes(folder["frame"], file[at..(at + size)]);
            Assert.Equal(
                (content, TestImages.Sha256(image[imageAt..(imageAt + content)])),
                Unpacked.Digest(folder["frame"], frame => new ZstdReader(frame)));
            at += size;
            imageAt += content;
        }

        Assert.Equal((image.Length, table - 8), (imageAt, at));
    }
}
