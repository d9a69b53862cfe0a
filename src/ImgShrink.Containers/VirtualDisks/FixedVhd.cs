using ImgShrink.Blocks;

namespace ImgShrink.Containers.VirtualDisks;

/// <summary>A fixed VHD: a raw image with a footer of 512 bytes behind it.</summary>
internal sealed class FixedVhd(RawImageFile file) : IImageSource
{
    /// <inheritdoc/>
    public string Path => file.Path;

    /// <inheritdoc/>
    public long Length => file.Length - VhdFooter.Size;

    /// <inheritdoc/>
    public long BytesRead => file.BytesRead;

    /// <summary>Whether a file ends with the footer of a fixed VHD that says how long it is.</summary>
    public static bool Recognises(IBlockSource file)
    {
        if (file.Length < VhdFooter.Size)
            return false;
        var footer = new VhdFooter(file.ReadBytes(file.Length - VhdFooter.Size, VhdFooter.Size));
        return footer.IsSound && footer.DiskType == VhdFooter.Fixed
            && footer.CurrentSize == (ulong)(file.Length - VhdFooter.Size);
    }

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        ByteRange.ThrowIfOutside(at, into.Length, Length);
        file.Read(at, into);
    }

    /// <inheritdoc/>
    public RangeSet DataRanges() => file.DataRanges().Intersect(RangeSet.Of(new ByteRange(0, Length)));

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
