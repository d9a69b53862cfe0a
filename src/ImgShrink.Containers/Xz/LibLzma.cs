using System.Runtime.InteropServices;

namespace ImgShrink.Containers.Xz;

/// <summary>
/// The functions of liblzma that we use; all of them are in 5.2.5, the version that comes with the Windows build.
/// </summary>
/// <remarks>Spec: the comments in lzma/base.h, lzma12.h, filter.h, container.h and check.h.</remarks>
internal static unsafe partial class LibLzma
{
    public const string Name = "liblzma";

    /// <summary>LZMA_FILTER_LZMA2.</summary>
    public const ulong FilterLzma2 = 0x21;

    /// <summary>LZMA_VLI_UNKNOWN: the end of a list of filters.</summary>
    public const ulong EndOfFilters = ulong.MaxValue;

    /// <summary>LZMA_CONCATENATED: go on behind the end of a stream, and take padding there.</summary>
    public const uint Concatenated = 0x08;

    static LibLzma() => NativeLibraries.Register();

    /// <summary>lzma_ret; codes that are not named here are errors.</summary>
    public enum Result
    {
        Ok = 0,
        StreamEnd = 1,
        NoMemory = 5,
        WrongFormat = 7,
        WrongOptions = 8,
        Damaged = 9,
        NoProgress = 10,
    }

    /// <summary>lzma_action.</summary>
    public enum Action
    {
        Run = 0,
        Finish = 3,
    }

    /// <summary>lzma_stream, all of it; it starts as zeros and must stay where it is.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stream
    {
        public byte* NextIn;
        public nuint AvailableIn;
        public ulong TotalIn;
        public byte* NextOut;
        public nuint AvailableOut;
        public ulong TotalOut;
        private readonly nint _allocator, _internal;
        private readonly nint _reserved1, _reserved2, _reserved3, _reserved4;
        private readonly ulong _seek, _reserved5;
        private readonly nuint _reserved6, _reserved7;
        private readonly uint _reserved8, _reserved9;
    }

    /// <summary>lzma_options_lzma: what a preset fills in. Only the size of the dictionary is of interest to us.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)] // 112 bytes in liblzma, on 64-bit systems.
    public struct Options
    {
        public uint DictionarySize;
    }

    /// <summary>lzma_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Filter
    {
        public ulong Id;
        public Options* Options;
    }

    /// <summary>Throws, with what to do about it, where the library is missing.</summary>
    /// <exception cref="Blocks.AccessException">It cannot be loaded.</exception>
    public static void ThrowIfMissing() => NativeLibraries.ThrowIfMissing(
        () => _ = VersionNumber(), Name, ("xz", "liblzma5"), "xz");

    [LibraryImport(Name, EntryPoint = "lzma_version_number")]
    public static partial uint VersionNumber();

    /// <summary>False (0) where the preset is supported.</summary>
    [LibraryImport(Name, EntryPoint = "lzma_lzma_preset")]
    public static partial byte Preset(out Options options, uint level);

    [LibraryImport(Name, EntryPoint = "lzma_raw_encoder_memusage")]
    public static partial ulong EncoderMemory(Filter* filters);

    [LibraryImport(Name, EntryPoint = "lzma_raw_encoder")]
    public static partial Result StartRawEncoder(Stream* stream, Filter* filters);

    [LibraryImport(Name, EntryPoint = "lzma_stream_decoder")]
    public static partial Result StartStreamDecoder(Stream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Name, EntryPoint = "lzma_code")]
    public static partial Result Code(Stream* stream, Action action);

    [LibraryImport(Name, EntryPoint = "lzma_end")]
    public static partial void End(Stream* stream);

    [LibraryImport(Name, EntryPoint = "lzma_crc64")]
    public static partial ulong Crc64(byte* bytes, nuint size, ulong before);
}
