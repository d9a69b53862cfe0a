using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>Writes an image so that its final name appears only when the file is complete and proven.</summary>
public static class ProvenOutput
{
    /// <summary>
    /// Writes <paramref name="image"/> to <paramref name="path"/>: write, prove, rename. On any failure nothing stays
    /// behind, but what <see cref="ContainerOptions.KeepsPartial"/> asks for.
    /// </summary>
    /// <param name="container">The format.</param>
    /// <param name="image">The content.</param>
    /// <param name="path">The output; its folder must exist.</param>
    /// <param name="options">Level and number of threads.</param>
    /// <param name="beside">What is written beside it, from the same pass; the output gets its name last.</param>
    /// <param name="overwrite">
    /// Whether existing files may be replaced; they stay as they are until the new ones are proven.
    /// </param>
    /// <param name="prove">Whether to read the file back; without it only what the system reports is known.</param>
    /// <param name="written">Told how many bytes of the image are written.</param>
    /// <param name="proven">Told how many bytes of the image are proven.</param>
    /// <param name="cancel">Stops the work.</param>
    public static WrittenImage Write(
        IContainer container, TargetView image, string path, ContainerOptions options, IReadOnlyList<ISideFile> beside,
        bool overwrite, bool prove, IProgress<long>? written, IProgress<long>? proven, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(beside);
        using OutputFile output = options.KeepsPartial ? OutputFile.GoOn(path, overwrite) : OutputFile.Create(path, overwrite);
        using var besideIt = new SideOutputs(beside, path, overwrite);
        CollectGarbage();
        options = options with { ImageName = options.ImageName ?? ContainerFormats.ImageNameOf(path), Proves = prove };
        WrittenImage result = container.Write(image, output.PartialPath, options, written, cancel);
        if (prove)
            result.Proof!.Prove(output.PartialPath, options.ThreadCount, proven, cancel);

        cancel.ThrowIfCancellationRequested();
        besideIt.Write(new CompleteOutput(output.Path, result, output.PartialPath));
        cancel.ThrowIfCancellationRequested();
        besideIt.CommitAnd(output.Commit);
        return result with { Proof = null };
    }

    // What the planning left would otherwise stay beside the large buffers of the writing, and raise the peak.
    private static void CollectGarbage() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
}
