namespace ImgShrink.FileSystems;

/// <summary>A volume that says in its boot sectors where on its disk it starts; boot code goes by that.</summary>
public interface IPlacedVolume : IVolume
{
    /// <summary>The sectors that change when the volume moves on its disk.</summary>
    /// <param name="oldStart">Where the volume starts, in sectors of the disk.</param>
    /// <param name="newStart">Where it will start.</param>
    /// <returns>
    /// Sectors to replace, with their addresses in the volume in bytes; none where the volume says something else than
    /// <paramref name="oldStart"/>.
    /// </returns>
    IEnumerable<(long At, byte[] Sector)> MovedBootSectors(long oldStart, long newStart);
}
