namespace ImgShrink.HostileTests.Trials;

/// <summary>Runs a job that might never end, or take all memory there is.</summary>
internal static class Limits
{
    /// <summary>A case takes some milliseconds: no machine is so slow, nor so busy; only a loop is.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);

    /// <summary>Runs a job on a thread of its own.</summary>
    /// <param name="job">The job.</param>
    /// <param name="mostBytes">What it may take from the heap in all, what it gives back included.</param>
    /// <exception cref="NoEndException">It is still running, or has taken more.</exception>
    public static T Run<T>(Func<T> job, long mostBytes)
    {
        T? result = default;
        Exception? failure = null;
        long taken = 0;
        var thread = new Thread(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                result = job();
            }
            catch (Exception caught)
            {
                failure = caught;
            }

            taken = GC.GetAllocatedBytesForCurrentThread() - before;
        })
        {
            IsBackground = true,
        };
        thread.Start();
        if (!thread.Join(s_patience))
            throw new NoEndException($"it has not ended within {s_patience}");
        if (failure is not null)
            throw new JobException(failure);
        return taken <= mostBytes ? result! : throw new NoEndException($"{taken} bytes of memory were taken, {mostBytes} are enough");
    }
}

/// <summary>A job ended with something that is no answer to a user.</summary>
internal sealed class JobException(Exception failure) : Exception(failure.Message, failure)
{
    /// <inheritdoc/>
    public override string ToString() => InnerException!.ToString();
}
