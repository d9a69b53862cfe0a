using ImgShrink.Testing;

namespace ImgShrink.Blocks.Tests;

public sealed class RawImageFileTests : IDisposable
{
    private const int Length = 48 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_outside_of_the_data_ranges_is_zero()
    {
        byte[] content = MakeSparseFile(out RangeSet written);
        using var file = new RawImageFile(_folder["image"]);
        RangeSet data = file.DataRanges();
        for (int at = 0; at < Length; at += RangeSet.SectorSize)
        {
            if (!data.Contains(at) && content.AsSpan(at, RangeSet.SectorSize).ContainsAnyExcept((byte)0))
                Assert.Fail($"Byte {at} is data, and said to be in a hole.");
        }

        Assert.Equal(written.TotalBytes, data.Intersect(written).TotalBytes);
        // Windows has to be told that a file is sparse; Linux and macOS make holes where nothing is written.
        if (OperatingSystem.IsLinux())
            Assert.InRange(data.TotalBytes, written.TotalBytes, Length / 4);
    }

    [Fact]
    public void A_file_without_holes_is_all_data()
    {
        File.WriteAllBytes(_folder["image"], Noise.Bytes(1, 1 << 20));
        using var file = new RawImageFile(_folder["image"]);
        Assert.Equal([new ByteRange(0, 1 << 20)], file.DataRanges().Ranges());
    }

    [Fact]
    public void A_file_of_one_hole_has_no_data()
    {
        using var file = new RawImageFile(_folder.MakeFile("image", Length));
        Assert.True(file.DataRanges().IsEmpty || OperatingSystem.IsWindows());
    }

    [Fact]
    public void It_counts_the_bytes_that_were_read()
    {
        using var file = new RawImageFile(_folder.MakeFile("image", 10_000));
        file.Read(0, new byte[100]);
        file.Read(9_000, new byte[1000]);
        Assert.Equal(1100, file.BytesRead);
    }

    [Fact]
    public void A_folder_is_refused_by_that_word()
    {
        Directory.CreateDirectory(_folder["folder"]);
        var refused = Assert.Throws<AccessException>(() => new RawImageFile(_folder["folder"]));
        Assert.Equal($"{_folder["folder"]} is a folder; name an image file in it.", refused.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var refused = Assert.Throws<AccessException>(() => new RawImageFile(_folder["none"]));
        Assert.StartsWith($"Cannot open {_folder["none"]}: ", refused.Message);
        Assert.Equal(6, refused.ExitCode);
    }

    [Fact]
    public void A_file_that_is_cut_short_meanwhile_is_an_access_error()
    {
        if (OperatingSystem.IsWindows())
            return; // The system does not let anybody cut a file that is open.
        using var file = new RawImageFile(_folder.MakeFile("image", 10_000));
        Tool.Need("truncate", "-s", "5000", _folder["image"]);
        var failed = Assert.Throws<AccessException>(() => file.Read(4000, new byte[2000]));
        Assert.Contains("ended at byte 5000", failed.Message);
    }

    private byte[] MakeSparseFile(out RangeSet written)
    {
        var content = new byte[Length];
        written = new RangeSet();
        using FileStream file = File.Create(_folder["image"]);
        file.SetLength(Length);
        foreach (int at in (int[])[0, 5 << 20, (17 << 20) + 12_345, Length - 5000])
        {
            byte[] piece = Noise.Bytes(at, 5000);
            piece.CopyTo(content, at);
            file.Position = at;
            file.Write(piece);
            written.Add(new ByteRange(at, piece.Length));
        }

        return content;
    }
}
