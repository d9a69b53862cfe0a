using ImgShrink.Blocks;
using ImgShrink.Containers;

namespace ImgShrink.Pipeline;

/// <summary>What is written beside an output.</summary>
/// <param name="Image">The image to write: the one given, or one that a side file watches.</param>
/// <param name="Files">The files.</param>
internal sealed record SideFiles(TargetView Image, IReadOnlyList<ISideFile> Files)
{
    /// <summary>Those that the options ask for.</summary>
    public static SideFiles Of(ShrinkOptions options, TargetView target, OsReport? system, CancellationToken cancel)
    {
        var files = new List<ISideFile>();
        TargetView image = target;
        if (options.Bmap)
        {
            var map = new BmapFile();
            image = map.Watch(target, CardContent.Of(target, cancel));
            files.Add(map);
        }

        if (options.Manifest)
            files.Add(new ImagerManifest(system is null ? "A card image" : $"{system.Name} {system.Version}".TrimEnd(),
                DateOnly.FromDateTime(DateTime.UtcNow)));
        if (options.ChecksumFile)
            files.Add(new Sha256File());
        return new SideFiles(image, files);
    }
}
