using System.Runtime.ExceptionServices;

namespace ImgShrink.Containers;

/// <summary>Work on the pieces of an image: several pieces at a time, never more than there are places for.</summary>
/// <remarks>
/// <para>The calling thread makes the pieces, inside of <see cref="Run"/>: <see cref="Enter"/>, fill a buffer, start the
/// steps with <see cref="Then"/>, <see cref="Leave"/>. A step starts when the one it comes behind has ended: a step that
/// needs the pieces in order comes behind the same step of the piece before.</para>
/// <para>The first failure stops everything, and is thrown on the calling thread by the next call.</para>
/// </remarks>
internal sealed class PieceFlow : IDisposable
{
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _freePlaces;
    private readonly int _places;
    private readonly WorkerThreads _threads;
    private readonly TaskFactory _tasks;
    private ExceptionDispatchInfo? _failure;
    private bool _isMakingPiece; // Between Enter and Leave.
    private bool _drained;

    /// <param name="places">Pieces in memory at a time.</param>
    /// <param name="threads">Steps that run at a time.</param>
    /// <param name="cancel">Stops the work from outside.</param>
    public PieceFlow(int places, int threads, CancellationToken cancel)
    {
        (_places, _cancel) = (places, cancel);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _freePlaces = new SemaphoreSlim(places);
        _threads = new WorkerThreads(threads);
        _tasks = new TaskFactory(_threads);
    }

    /// <summary>Set when the work should end early, by a failure or from outside.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Waits until there is a place for another piece.</summary>
    public void Enter()
    {
        ThrowIfStopped();
        try
        {
            _freePlaces.Wait(Stop);
            _isMakingPiece = true;
        }
        catch (OperationCanceledException)
        {
            ThrowIfStopped();
            throw;
        }
    }

    /// <summary>Runs a step on a worker thread as soon as <paramref name="before"/> has ended well.</summary>
    public async Task Then(Task before, Action step)
    {
        await before.ConfigureAwait(false);
        await _tasks.StartNew(
            () =>
            {
                Stop.ThrowIfCancellationRequested();
                step();
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives the piece's place free, after <paramref name="release"/>, once all of its steps have ended in whatever
    /// way.
    /// </summary>
    public async void Leave(Action release, params Task[] steps)
    {
        _isMakingPiece = false;
        try
        {
            await Task.WhenAll(steps).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it is, the calling thread throws it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        release();
        _freePlaces.Release();
    }

    /// <summary>Makes all pieces, waits for them, and throws what went wrong with any of them; once.</summary>
    /// <param name="makePieces">Makes one after the other.</param>
    public void Run(Action makePieces)
    {
        try
        {
            makePieces();
        }
        catch (OperationCanceledException)
        {
            Drain();
            ThrowIfStopped(); // What it was stopped for.
            throw;
        }

        Drain();
        ThrowIfStopped();
    }

    /// <summary>Stops what is still running and waits for its end.</summary>
    public void Dispose()
    {
        if (!_drained)
        {
            _stop.Cancel();
            Drain();
        }

        _threads.Dispose();
        _stop.Dispose();
    }

    private void Drain()
    {
        // A piece that could not be made has no steps to wait for.
        int taken = _isMakingPiece ? 1 : 0;
        for (int i = taken; i < _places; i++)
            _freePlaces.Wait(CancellationToken.None);
        _drained = true;
    }

    private void ThrowIfStopped()
    {
        _cancel.ThrowIfCancellationRequested();
        _failure?.Throw();
    }
}
