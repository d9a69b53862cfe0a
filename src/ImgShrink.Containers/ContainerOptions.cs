using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>How to write a container.</summary>
/// <param name="Level">
/// Compression level, within <see cref="IContainer.Levels"/>; null for the format's default.
/// </param>
/// <param name="Threads">Threads that compress or decode at a time, 1 or more; null for one a core.</param>
/// <param name="Memory">
/// Bytes of memory that the compressors may take together; null for half of what the machine has.
/// </param>
/// <param name="ImageName">
/// What the image is called in a container that holds files; null for <c>image.img</c>.
/// </param>
/// <param name="Seekable">
/// Whether a .zst file has many frames and a table of them, so that any part can be read alone; else it has one.
/// </param>
public sealed record ContainerOptions(
    int? Level = null, int? Threads = null, long? Memory = null, string? ImageName = null, bool Seekable = false)
{
    /// <summary>The format's own level, on all cores.</summary>
    public static ContainerOptions Default { get; } = new();

    /// <summary>
    /// Whether the written file is going to be proven; what is easier to compare while it is in memory is compared when it is
    /// written then.
    /// </summary>
    public bool Proves { get; init; } = true;

    /// <summary>
    /// Whether a file whose writing was stopped stays, under a name of its own (<see cref="OutputFile.KeptPathOf"/>), and the next
    /// writing of the same image goes over it again. What it holds already is not written twice.
    /// </summary>
    public bool KeepsPartial { get; init; }

    /// <summary>The number of threads to use.</summary>
    internal int ThreadCount => Math.Max(1, Threads ?? Environment.ProcessorCount);

    /// <summary>The number of threads to use where each takes so much memory; at least one.</summary>
    /// <exception cref="NotEnoughSpaceException">Not even one is allowed to take that much.</exception>
    internal int ThreadsWithin(long memoryPerThread)
    {
        if (memoryPerThread > Memory)
            throw new NotEnoughSpaceException(
                $"Compressing at this level needs {memoryPerThread} bytes of --memory, and may take {Memory}; "
                + "allow more, or choose a lower --level.");
        long most = Memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        return (int)Math.Clamp(most / memoryPerThread, 1, ThreadCount);
    }
}
