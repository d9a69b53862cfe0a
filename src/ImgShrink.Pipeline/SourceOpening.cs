using ImgShrink.Blocks;
using ImgShrink.Containers;
using ImgShrink.Devices;
using ImgShrink.Devices.Reading;
using ImgShrink.FileSystems;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline;

/// <summary>Opens what the user named as a source, whatever kind of file it is.</summary>
public static class SourceOpening
{
    /// <summary>Opens the source at <paramref name="path"/>; its kind is told by its content.</summary>
    /// <param name="path">The source.</param>
    /// <param name="scratchFolder">Where a packed image is unpacked; null for the system's folder for temporary files.</param>
    /// <param name="progress">Told how far the unpacking is, where there is any.</param>
    /// <param name="cancel">Stops the unpacking.</param>
    /// <exception cref="AccessException">It does not exist, may not be read, or is in the middle of a shrink in place.</exception>
    /// <exception cref="UnsupportedImageException">A kind of file that is not handled.</exception>
    /// <exception cref="CorruptImageException">It is damaged, or what is packed in it is no card image.</exception>
    /// <exception cref="NotEnoughSpaceException">There is no room to unpack it.</exception>
    public static IImageSource Open(
        string path, string? scratchFolder, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        if (Drives.IsDevice(path))
            return new DriveSource(Drives.OpenForReading(path));
        InPlaceJournal.RequireNone(path);
        var unpacking = new UnpackOptions(scratchFolder ?? ScratchFile.UsualFolder)
        {
            LookAtHead = (head, imageBytes) => RequireImage(path, head, imageBytes),
            Progress = new ByteProgress(progress, Phase.Unpacking, LengthOf(path)),
        };
        return ImageFile.Open(path, unpacking, cancel);
    }

    /// <summary>Finds out from its beginning that something is no card image, before all of it is unpacked.</summary>
    private static void RequireImage(string path, ReadOnlyMemory<byte> head, long imageBytes)
    {
        var image = new ComposedSource(imageBytes);
        image.Append(0, new MemoryStore(head.ToArray()));
        try
        {
            if (PartitionTable.Read(image).Kind != TableKind.None || FileSystemProbe.Open(image) is not OpaqueVolume { IsUnknown: true })
                return;
        }
        catch (ImgShrinkException)
        {
            return; // It looks like something; what is wrong with it shows when all of it is there.
        }

        throw CardImage.NotACard(path);
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
