using ImgShrink.Blocks;
using ImgShrink.Containers.Zstd;

namespace ImgShrink.Containers.Tests;

/// <summary>What becomes of the errors of libzstd.</summary>
public class LibZstdTests
{
    private const int OutOfMemory = -64, Corrupt = -20; // ZSTD_error_memory_allocation, ZSTD_error_corruption_detected

    [Fact]
    public void Want_of_memory_is_told_with_what_to_do() => Assert.Contains(
        "use fewer --threads", Assert.Throws<NotEnoughSpaceException>(() => LibZstd.HasFailed(unchecked((nuint)OutOfMemory))).Message);

    [Fact]
    public void Handle_that_libzstd_does_not_give_is_told_alike()
    {
        using var none = new DecompressorHandle();
        Assert.Throws<NotEnoughSpaceException>(() => LibZstd.Made(none));
        using DecompressorHandle one = LibZstd.NewDecompressor();
        Assert.False(one.IsInvalid);
    }

    [Fact]
    public void Other_errors_are_those_of_the_data_or_our_own()
    {
        Assert.True(LibZstd.HasFailed(unchecked((nuint)Corrupt)));
        Assert.Throws<InvalidOperationException>(() => LibZstd.Checked(unchecked((nuint)Corrupt)));
    }
}
