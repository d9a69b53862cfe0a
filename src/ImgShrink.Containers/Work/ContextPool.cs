using System.Collections.Concurrent;

namespace ImgShrink.Containers;

/// <summary>The compressors or decoders of a job, one a thread; each has one chunk at a time.</summary>
/// <remarks>
/// Take them in the order of the chunks, on one thread: then the oldest chunk in work always has one, and can end.
/// </remarks>
internal sealed class ContextPool<T> : IDisposable
    where T : IDisposable
{
    private readonly BlockingCollection<T> _free = [];
    private readonly Func<T> _make;
    private readonly List<T> _made = [];
    private readonly int _most;

    public ContextPool(int most, Func<T> make) => (_most, _make) = (most, make);

    /// <summary>A free one; made when there are none but may be, else waited for.</summary>
    public T Take(CancellationToken stop)
    {
        if (_free.TryTake(out T? context))
            return context;
        if (_made.Count == _most)
            return _free.Take(stop);
        context = _make();
        _made.Add(context);
        return context;
    }

    public void Return(T context) => _free.Add(context);

    /// <summary>Disposes of all, returned or not; no thread may use one any more.</summary>
    public void Dispose()
    {
        _made.ForEach(context => context.Dispose());
        _free.Dispose();
    }
}
