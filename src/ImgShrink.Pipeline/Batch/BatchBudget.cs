using ImgShrink.Containers;

namespace ImgShrink.Pipeline;

/// <summary>How many images are worked on at a time, and what each of them may take.</summary>
/// <remarks>
/// One image keeps all cores busy while it is compressed, and hardly one while it is unpacked, planned or waited for. Two
/// threads an image level that out.
/// </remarks>
/// <param name="Images">Images at a time, 1 or more.</param>
/// <param name="Each">Threads and memory of each.</param>
internal sealed record BatchBudget(int Images, ContainerOptions Each)
{
    private const int ThreadsPerImage = 2;

    // What a plan takes, and the slowest level of every format with one thread.
    private const long MemoryPerImage = 1L << 30;

    /// <summary>Shares a budget out among images.</summary>
    /// <param name="all">Threads and memory of the whole run.</param>
    /// <param name="count">How many images there are.</param>
    public static BatchBudget Of(ContainerOptions all, int count)
    {
        int threads = all.Threads ?? Environment.ProcessorCount;
        long memory = all.Memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        long images = Math.Min(Math.Min(threads / ThreadsPerImage, memory / MemoryPerImage), count);
        return images <= 1 ? new BatchBudget(1, all)
            : new BatchBudget((int)images, all with { Threads = threads / (int)images, Memory = memory / images });
    }
}
