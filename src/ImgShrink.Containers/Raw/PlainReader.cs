using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers.Raw;

/// <summary>An image that is not packed, from front to back.</summary>
internal sealed class PlainReader(RawImageFile file) : PackedReader(file)
{
    protected override string Format => "raw";

    public override int Read(Span<byte> into) => Input.Read(into);
}
