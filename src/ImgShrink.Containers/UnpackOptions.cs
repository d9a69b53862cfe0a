namespace ImgShrink.Containers;

/// <summary>How to open an image that has to be unpacked first.</summary>
/// <param name="Folder">Where the scratch file goes; an existing folder.</param>
public sealed record UnpackOptions(string Folder)
{
    /// <summary>Sees the first bytes of the image, and the length that it has at least; throws to stop before the rest.</summary>
    public Action<ReadOnlyMemory<byte>, long>? LookAtHead { get; init; }

    /// <summary>Told how many bytes of the packed file are done with.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>The most bytes that the scratch file may take; null for what is free, less a margin.</summary>
    internal long? Room { get; init; }
}
