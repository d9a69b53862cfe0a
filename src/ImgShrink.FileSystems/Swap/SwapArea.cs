using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Swap.OnDisk;

namespace ImgShrink.FileSystems.Swap;

/// <summary>A swap area: only its header counts, since pages mean nothing to the next start of the system.</summary>
/// <remarks>
/// Unless the system hibernates: then the signature is another one, and all of the area counts.
/// </remarks>
internal sealed class SwapArea : MappedVolume
{
    private const string Signature = "SWAPSPACE2";

    // What takes the signature's place in hibernation: two of the kernel's own, those of uswsusp, and that of TuxOnIce.
    private static readonly byte[][] s_hibernation =
    [
        [.. "S1SUSPEND"u8], [.. "S2SUSPEND"u8], [.. "ULSUSPEND"u8], [.. "LINHIB0001"u8],
        [0xED, 0xC3, 0x02, 0xE9, 0x98, 0x56, 0xE5, 0x0C],
    ];

    private static readonly int[] s_pageSizes = [4096, 8192, 16384, 32768, 65536];

    private readonly int _pageBytes;
    private readonly bool _hibernates;

    private SwapArea(IBlockSource volume, int pageBytes)
    {
        byte[] page = volume.ReadBytes(0, pageBytes);
        var header = new SwapHeader(page);
        (_pageBytes, _hibernates) = (pageBytes, !header.Signature.SequenceEqual(Encoding.ASCII.GetBytes(Signature)));
        if (header.Version != 1)
            throw Damaged("version", $"{header.Version}", "1");
        if (header.BadPages > SwapHeader.MostBadPages)
            throw Damaged("nr_badpages", $"{header.BadPages}", $"{SwapHeader.MostBadPages} at most");
        Bytes = (header.LastPage + 1L) * pageBytes;
        if (header.LastPage == 0 || Bytes > volume.Length)
            throw Damaged("last_page", $"{header.LastPage}", $"1 to {volume.Length / pageBytes - 1}");
        Label = VolumeText.Utf8(header.Label);
        Uuid = VolumeText.Uuid(header.Uuid);
    }

    /// <summary>The signatures, in the last ten bytes of a page of any size.</summary>
    public static Mark[] Marks { get; } =
    [
        .. from size in s_pageSizes
           from signature in s_hibernation.Prepend(Encoding.ASCII.GetBytes(Signature))
           select new Mark(size - SwapHeader.SignatureBytes, signature),
    ];

    /// <inheritdoc/>
    public override string FileSystem => "swap";

    /// <inheritdoc/>
    public override string? Label { get; }

    /// <inheritdoc/>
    public override string? Uuid { get; }

    /// <inheritdoc/>
    public override long Bytes { get; }

    /// <summary>Opens an area that has one of the <see cref="Marks"/>; the largest page counts, where an old mark is left.</summary>
    /// <exception cref="CorruptImageException">Its header cannot be true.</exception>
    public static IVolume Open(IBlockSource volume) =>
        new SwapArea(volume, (int)Marks.Last(mark => mark.IsIn(volume)).At + SwapHeader.SignatureBytes);

    /// <inheritdoc/>
    protected override AllocationMap ReadMap() => _hibernates
        ? AllocationMap.Doubtful("holds a system that hibernates")
        : AllocationMap.Of(RangeSet.Of(new ByteRange(0, _pageBytes)));

    private static CorruptImageException Damaged(string field, string found, string expected) =>
        new(new Finding("swap header", field, found, expected), "Make the swap area anew (mkswap).");
}
