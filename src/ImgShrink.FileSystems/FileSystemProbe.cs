using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Fat;

namespace ImgShrink.FileSystems;

/// <summary>Tells what is in a partition.</summary>
public static class FileSystemProbe
{
    /// <summary>
    /// Opens a volume with the file system that recognises it; what nobody recognises is an
    /// <see cref="OpaqueVolume"/>.
    /// </summary>
    /// <exception cref="CorruptImageException">A file system recognises it, and finds it damaged.</exception>
    public static IVolume Open(IBlockSource volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (ExtVolume.Recognises(volume))
            return ExtVolume.Open(volume);
        return FatVolume.TryOpen(volume) ?? (IVolume)new OpaqueVolume(volume.Length);
    }
}
