using System.Runtime.InteropServices;

namespace ImgShrink.Containers.Zstd;

/// <summary>
/// The functions of libzstd that we use; all of them are in 1.3.8, the version that comes with the Windows build.
/// </summary>
/// <remarks>Spec: the zstd manual, zstd.h.</remarks>
internal static unsafe partial class LibZstd
{
    public const string Name = "libzstd";

    /// <summary>ZSTD_cParameter.</summary>
    public const int CompressionLevel = 100, ChecksumFlag = 201;

    /// <summary>ZSTD_dParameter.</summary>
    public const int WindowLogMax = 100;

    /// <summary>ZSTD_ResetDirective: forget the frame, keep the parameters.</summary>
    public const int ResetSessionOnly = 1;

    static LibZstd() => NativeLibraries.Register();

    /// <summary>ZSTD_EndDirective.</summary>
    public enum End
    {
        Continue = 0,
        Flush = 1,
        Frame = 2,
    }

    /// <summary>
    /// ZSTD_inBuffer and ZSTD_outBuffer, which have the same shape: an array, its size, and how far it is used.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }

    /// <summary>Throws, with what to do about it, where the library is missing.</summary>
    /// <exception cref="Blocks.AccessException">It cannot be loaded.</exception>
    public static void ThrowIfMissing() => NativeLibraries.ThrowIfMissing(
        () => _ = VersionNumber(), Name, ("zstd", "libzstd1"), "zst");

    /// <summary>The result of a call that fails only by a bug of ours.</summary>
    /// <exception cref="InvalidOperationException">It is an error code.</exception>
    public static nuint Checked(nuint result) => IsError(result) == 0
        ? result
        : throw new InvalidOperationException($"libzstd: {ErrorName(result)}.");

    /// <summary>What an error code means, in libzstd's words.</summary>
    public static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? $"error {code}";

    [LibraryImport(Name, EntryPoint = "ZSTD_versionNumber")]
    public static partial uint VersionNumber();

    [LibraryImport(Name, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressBound")]
    public static partial nuint CompressBound(nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_createCCtx")]
    public static partial nint CreateCompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    public static partial nuint SetContentSize(nint context, ulong size);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(nint context, ref Buffer output, ref Buffer input, End end);

    [LibraryImport(Name, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDecompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameterOfDecompressor(nint context, int parameter, int value);

    /// <summary>More than <see cref="long.MaxValue"/> where it is not known.</summary>
    [LibraryImport(Name, EntryPoint = "ZSTD_getFrameContentSize")]
    public static partial ulong GetFrameContentSize(byte* bytes, nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_reset")]
    public static partial nuint ResetDecompressor(nint context, int directive);

    [LibraryImport(Name, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint context, ref Buffer output, ref Buffer input);

    [LibraryImport(Name, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);
}
