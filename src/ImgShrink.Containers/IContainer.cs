using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;

namespace ImgShrink.Containers;

/// <summary>A file format that an image can be written in.</summary>
/// <remarks>
/// <para>A container writes to the path it is given and nowhere else. Temporary names, existing files and the final
/// name are <see cref="OutputFile"/>'s business; <see cref="ProvenOutput"/> puts the two together.</para>
/// <para>Implementations have no state: one instance may write several images at once.</para>
/// </remarks>
public interface IContainer
{
    /// <summary>What <c>--format</c> calls it: "raw", "zst".</summary>
    string Name { get; }

    /// <summary>What an output's name ends with: ".img", ".img.zst".</summary>
    string Extension { get; }

    /// <summary>The compression levels it takes; null where there is nothing to choose.</summary>
    LevelRange? Levels { get; }

    /// <summary>What a user should know before an image of this length is written in this format; null for nothing.</summary>
    string? CautionAbout(long imageBytes) => null;

    /// <summary>Writes the complete image to <paramref name="path"/>, replacing what is there.</summary>
    /// <param name="image">
    /// The content; only <see cref="TargetView.Data"/> is read, once, from the first byte to the last.
    /// </param>
    /// <param name="path">The file to write.</param>
    /// <param name="options">Level and number of threads.</param>
    /// <param name="bytesDone">Told how many bytes of the image are written, ascending, from a worker thread.</param>
    /// <param name="cancel">Stops the work; the file stays, incomplete, and its maker removes it.</param>
    /// <exception cref="NotEnoughSpaceException">The image does not fit on the medium.</exception>
    /// <exception cref="AccessException">The source cannot be read or the file cannot be written.</exception>
    WrittenImage Write(
        TargetView image, string path, ContainerOptions options, IProgress<long>? bytesDone, CancellationToken cancel);

    /// <summary>
    /// Decodes what there is of a file whose writing was stopped: the beginning of the image. The reader fails where the file does.
    /// </summary>
    /// <param name="file">The unfinished file; the reader leaves it open.</param>
    /// <param name="imageBytes">Length of the image.</param>
    /// <param name="options">Those that it was written with.</param>
    internal PackedReader ReadPartial(RawImageFile file, long imageBytes, ContainerOptions options);
}
