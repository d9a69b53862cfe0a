using System.Runtime.InteropServices;
using ImgShrink.Blocks;

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

    // ZSTD_error_memory_allocation
    private const int NoMemory = 64;

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
    /// <exception cref="AccessException">It cannot be loaded.</exception>
    public static void ThrowIfMissing() => NativeLibraries.ThrowIfMissing(
        () => _ = VersionNumber(), Name, ("zstd", "libzstd1"), "zst");

    /// <summary>A new compressor, for one thread.</summary>
    /// <exception cref="NotEnoughSpaceException">There is no memory for it.</exception>
    public static CompressorHandle NewCompressor() => Made(CreateCompressor());

    /// <summary>A new decoder, for one thread.</summary>
    /// <exception cref="NotEnoughSpaceException">There is no memory for it.</exception>
    public static DecompressorHandle NewDecompressor() => Made(CreateDecompressor());

    /// <summary>The same handle, where libzstd gave one.</summary>
    /// <exception cref="NotEnoughSpaceException">It had no memory for it.</exception>
    public static T Made<T>(T handle)
        where T : SafeHandle => handle.IsInvalid ? throw OutOfMemory() : handle;

    /// <summary>The result of a call that fails only by a bug of ours, or for want of memory.</summary>
    /// <exception cref="NotEnoughSpaceException">There was not enough memory.</exception>
    /// <exception cref="InvalidOperationException">It is another error code.</exception>
    public static nuint Checked(nuint result) => HasFailed(result)
        ? throw new InvalidOperationException($"libzstd: {ErrorName(result)}.")
        : result;

    /// <summary>Whether a call failed, because of what it was given.</summary>
    /// <exception cref="NotEnoughSpaceException">It failed for want of memory.</exception>
    public static bool HasFailed(nuint result) =>
        CodeOf(result) == NoMemory ? throw OutOfMemory() : IsError(result) != 0;

    /// <summary>The ZSTD_ErrorCode in the result of a call that failed.</summary>
    public static int CodeOf(nuint result) => unchecked((int)(0 - result));

    /// <summary>What an error code means, in libzstd's words.</summary>
    public static string ErrorName(nuint code) => Marshal.PtrToStringUTF8(GetErrorName(code)) ?? $"error {code}";

    [LibraryImport(Name, EntryPoint = "ZSTD_versionNumber")]
    public static partial uint VersionNumber();

    [LibraryImport(Name, EntryPoint = "ZSTD_compressBound")]
    public static partial nuint CompressBound(nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetParameter(CompressorHandle compressor, int parameter, int value);

    [LibraryImport(Name, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    public static partial nuint SetContentSize(CompressorHandle compressor, ulong size);

    [LibraryImport(Name, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(CompressorHandle compressor, ref Buffer output, ref Buffer input, End end);

    [LibraryImport(Name, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(DecompressorHandle decompressor, int parameter, int value);

    /// <summary>More than <see cref="long.MaxValue"/> where it is not known.</summary>
    [LibraryImport(Name, EntryPoint = "ZSTD_getFrameContentSize")]
    public static partial ulong GetFrameContentSize(byte* bytes, nuint size);

    [LibraryImport(Name, EntryPoint = "ZSTD_DCtx_reset")]
    public static partial nuint Reset(DecompressorHandle decompressor, int directive);

    [LibraryImport(Name, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(DecompressorHandle decompressor, ref Buffer output, ref Buffer input);

    private static NotEnoughSpaceException OutOfMemory() => NativeLibraries.OutOfMemory("zst");

    [LibraryImport(Name, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Name, EntryPoint = "ZSTD_createCCtx")]
    private static partial CompressorHandle CreateCompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_createDCtx")]
    private static partial DecompressorHandle CreateDecompressor();

    [LibraryImport(Name, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);
}
