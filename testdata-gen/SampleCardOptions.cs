using ImgShrink.SampleCards.Ext;

namespace ImgShrink.SampleCards;

/// <summary>What a sample card is to be like. The same options give the same image, to the byte.</summary>
public sealed record SampleCardOptions
{
    /// <summary>Length of the card in bytes, 64 MiB at least; the file is sparse and takes far less.</summary>
    public long Size { get; init; } = 4_000_000_000;

    /// <summary>
    /// Bytes that the files on the Linux partition have together, about; a third of the card at most.
    /// </summary>
    public long Fill { get; init; } = 300_000_000;

    /// <summary>Decides names, sizes, content and places of files.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The Linux volume; <see cref="ExtFormat.Label"/> and the others may be changed too.</summary>
    public ExtFormat Root { get; init; } = new() { Flavour = ExtFlavour.RaspberryPi };
}
