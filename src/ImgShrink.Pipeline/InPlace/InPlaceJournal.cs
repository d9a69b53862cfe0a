using ImgShrink.Blocks;
using ImgShrink.Devices;

namespace ImgShrink.Pipeline;

/// <summary>The journal beside an image, for whoever wants to read the image.</summary>
internal static class InPlaceJournal
{
    /// <summary>The journal's name: that of the image with this behind it.</summary>
    public const string Extension = ".imgshrink-journal";

    /// <summary>Where the journal of an image file lies.</summary>
    /// <param name="file">The file itself, with all links followed.</param>
    public static string PathOf(string file) => file + Extension;

    /// <summary>Throws where a shrink in place of this image is under way, or was interrupted.</summary>
    /// <remarks>A journal without its last record was never begun with: the image is the original.</remarks>
    /// <exception cref="AccessException">The image is neither the old nor the new one.</exception>
    /// <exception cref="CorruptImageException">The same, and its journal is damaged.</exception>
    public static void RequireNone(string image)
    {
        if (Drives.IsDevice(image) || !File.Exists(image))
            return;
        string path = PathOf(OutputName.Resolve(Path.GetFullPath(image)));
        if (!File.Exists(path))
            return;
        using var journal = new RawImageFile(path);
        if (RedoJournalReader.IsCommitted(journal, path))
            throw new AccessException(
                $"A shrink of {image} in place was interrupted, and the image is neither the old nor the new one. "
                + $"Finish it first, which takes {Path.GetFileName(path)} beside it and loses nothing: imgshrink shrink {image} --in-place");
    }
}
