using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Containers.Zstd;

/// <summary>A ZSTD_CCtx of libzstd.</summary>
internal sealed class CompressorHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibZstd.FreeCompressor(handle) == 0;
}

/// <summary>A ZSTD_DCtx of libzstd.</summary>
internal sealed class DecompressorHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LibZstd.FreeDecompressor(handle) == 0;
}
