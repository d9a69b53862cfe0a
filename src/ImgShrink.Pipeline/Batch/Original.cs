using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>An image of which a proven output exists, so that it may go.</summary>
internal static class Original
{
    /// <summary>The name beside its own that an image gets when it is kept: no batch takes it for an image any more.</summary>
    public static string KeptAs(string image) => image + ".original";

    /// <summary>Makes sure that an image can be moved out of the way later, before any work is put into it.</summary>
    /// <exception cref="AccessException">Something has the name that it would get, or there is no recycle bin for it.</exception>
    public static void RequireRoom(string image, OriginalFate fate)
    {
        if (fate == OriginalFate.MovedAside && Path.Exists(KeptAs(image)))
            throw new AccessException($"{KeptAs(image)} exists already; move it away, so that the original can have that name.");
        if (fate == OriginalFate.Recycled)
            RecycleBin.RequireFor(image);
    }

    /// <summary>Removes an image, recycles it, or moves it aside.</summary>
    /// <param name="image">The image.</param>
    /// <param name="print">What it was when the work on it began (<see cref="SourcePrint"/>).</param>
    /// <param name="output">The proven output, for messages.</param>
    /// <param name="fate">What becomes of it; it may not stay untouched.</param>
    /// <exception cref="AccessException">It has changed since, or this system does not let it go; it is still there.</exception>
    public static void Release(string image, string print, string output, OriginalFate fate)
    {
        if (SourcePrint.Of(image) != print)
            throw new AccessException($"It was changed while it was read, so {output} is not what it is now. It was left where it is.");
        try
        {
            if (fate == OriginalFate.Removed)
                File.Delete(image);
            else if (fate == OriginalFate.Recycled)
                RecycleBin.Take(image);
            else
                File.Move(image, KeptAs(image));
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"{output} is written and proven, but the original cannot be moved out of the way: {denied.Message}", denied);
        }
    }
}
