using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests;

public class NativeLibrariesTests
{
    [Fact]
    public void Missing_library_is_named_with_the_formats_that_work_without_it()
    {
        var failure = Assert.Throws<AccessException>(() => NativeLibraries.ThrowIfMissing(
            () => throw new DllNotFoundException(), "liblzma", ("xz", "liblzma5"), "xz"));
        Assert.Contains("liblzma, which .xz files need", failure.Message);
        Assert.EndsWith("These formats work without it: zst, gz, zip, raw.", failure.Message);
    }

    [Fact]
    public void Other_failures_of_a_call_are_not_taken_for_a_missing_library() =>
        Assert.Throws<InvalidOperationException>(() => NativeLibraries.ThrowIfMissing(
            () => throw new InvalidOperationException(), "liblzma", ("xz", "liblzma5"), "xz"));
}
