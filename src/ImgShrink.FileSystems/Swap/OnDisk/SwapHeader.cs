using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Swap.OnDisk;

/// <summary>The first page of a Linux swap area, viewed in place.</summary>
/// <remarks>
/// In the byte order of the machine; little-endian here. Boot code may lie before byte 1024; the signature is in the last
/// ten bytes of the page. Spec: Linux, include/linux/swap.h, "union swap_header"; names are its.
/// </remarks>
internal readonly ref struct SwapHeader
{
    public const int SignatureBytes = 10;
    public const int MostBadPages = 637;

    private readonly ReadOnlySpan<byte> _b;

    public SwapHeader(ReadOnlySpan<byte> page) => _b = page;

    public uint Version => Le.U32(_b, 0x400);                                       // version
    public uint LastPage => Le.U32(_b, 0x404);                                      // last_page, the number of it
    public uint BadPages => Le.U32(_b, 0x408);                                      // nr_badpages
    public ReadOnlySpan<byte> Uuid => _b.Slice(0x40C, 16);                          // sws_uuid
    public ReadOnlySpan<byte> Label => _b.Slice(0x41C, 16);                         // sws_volume
    public ReadOnlySpan<byte> Signature => _b[^SignatureBytes..];                   // magic
}
