using System.Collections.Concurrent;
using ImgShrink.Blocks;
using ImgShrink.Containers;

namespace ImgShrink.Pipeline;

/// <summary>Shrinks every image of a folder, as many at a time as threads and memory allow.</summary>
/// <remarks>A run that was stopped goes on where it ended; one bad image does not stop the others.</remarks>
public sealed class BatchJob : IDisposable
{
    private readonly string _folder;
    private readonly string _outputs;
    private readonly BatchOptions _options;
    private readonly BatchRecord _record;
    private readonly BatchBudget _budget;
    private readonly ConcurrentDictionary<string, string> _imageOfOutput = new(StringComparer.OrdinalIgnoreCase);

    private BatchJob(string folder, IReadOnlyList<string> images, BatchOptions options)
    {
        (_folder, Images, _options) = (folder, images, options);
        _outputs = Path.GetFullPath(options.Outputs ?? folder);
        _record = BatchRecord.Open(_outputs, writes: !options.Shrink.DryRun);
        _budget = BatchBudget.Of(options.Shrink.Compression, Images.Count);
    }

    /// <summary>The folder, as it was named.</summary>
    public string Folder => _options.Folder;

    /// <summary>The images, by path.</summary>
    public IReadOnlyList<string> Images { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="options">What to do.</param>
    /// <exception cref="AccessException">
    /// There is no such folder, or no image in it and no result of a shrink either, or another run writes to the same place.
    /// </exception>
    public static BatchJob Open(BatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string full = Path.GetFullPath(options.Folder);
        if (!Directory.Exists(full))
            throw new AccessException(File.Exists(full)
                ? $"{options.Folder} is a file; for one image there is 'imgshrink shrink'."
                : $"There is no folder {options.Folder}.");
        IReadOnlyList<string> images = ArchiveFolder.Images(full);
        return images.Count > 0 || ArchiveFolder.HasResults(full) ? new BatchJob(full, images, options) : throw new AccessException(
            $"There is no image in {options.Folder}. Images are files named .img, .vhd, .vhdx, or packed: .img.zst, .img.xz, .img.gz, .img.bz2, .img.zip.");
    }

    /// <summary>Lets the next run write to the same place.</summary>
    public void Dispose() => _record.Dispose();

    /// <summary>How many images <see cref="RunAll"/> does at a time.</summary>
    public int AtOnce => _budget.Images;

    /// <summary>Does all <see cref="Images"/>, <see cref="AtOnce"/> at a time.</summary>
    /// <param name="progressOf">Gives what is told how far an image is; called when it begins, from several threads.</param>
    /// <param name="done">Told of each image when it is done, by one thread at a time.</param>
    /// <param name="cancel">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; no half output is left.</exception>
    public BatchReport RunAll(
        Func<string, IProgress<ProgressStep>> progressOf, Action<BatchedImage> done, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progressOf);
        ArgumentNullException.ThrowIfNull(done);
        var waiting = new ConcurrentQueue<string>(Images);
        var results = new ConcurrentDictionary<string, BatchedImage>();
        var telling = new Lock();
        Task[] workers = [.. Enumerable.Range(0, _budget.Images).Select(_ => Task.Run(Work, CancellationToken.None))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        return new BatchReport(_options.Folder, [.. Images.Select(image => results[image])]);

        void Work()
        {
            while (waiting.TryDequeue(out string? image))
            {
                cancel.ThrowIfCancellationRequested();
                BatchedImage result = results[image] = Run(image, progressOf(image), cancel);
                lock (telling)
                    done(result);
            }
        }
    }

    /// <summary>Does one of the <see cref="Images"/>; what goes wrong with it is part of the result.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; no half output is left.</exception>
    public BatchedImage Run(string image, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        var file = new FileInfo(image);
        long bytes = file.Exists ? file.Length : 0;
        try
        {
            return bytes > 0 ? Shrink(image, bytes, progress, cancel) : throw new AccessException(file.Exists
                ? $"{image} is empty, or no file." // A pipe would have to be waited for.
                : $"{image} is gone since the folder was looked through.");
        }
        catch (ImgShrinkException known)
        {
            return Failed(known);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return Failed(new AccessException(denied.Message));
        }

        BatchedImage Failed(ImgShrinkException why) =>
            new(image, bytes, BatchState.Failed) { Error = why.Message, ExitCode = why.ExitCode };
    }

    private BatchedImage Shrink(string image, long bytes, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ShrinkOptions options = _options.Shrink with { Source = image, Output = null, Compression = _budget.Each };
        string relative = Path.GetRelativePath(_folder, image);
        string name = Path.GetFileName(OutputName.Of(options).Path);
        string output = Path.Combine(_outputs, Path.GetDirectoryName(relative)!, name);
        if (_imageOfOutput.GetOrAdd(output, image) is { } other && other != image)
            throw new AccessException($"{output} is the output of {other}; give one of the two another name.");
        var wanted = new DoneImage(Slashes(relative), SourcePrint.Of(image), Slashes(Path.GetRelativePath(_outputs, output)),
            OutputTraits.Of(options), OutputBytes: null);
        // Whoever lets the original go wants a proof of now, not of an earlier run.
        if (_options.Originals == OriginalFate.Untouched && !options.Overwrite && _record.IsDone(wanted))
            return new BatchedImage(image, bytes, BatchState.AlreadyDone)
            {
                Output = output, OutputBytes = new FileInfo(output).Length,
            };

        Original.RequireRoom(image, _options.Originals);
        DoneImage? before = _record.Find(wanted);
        // What an earlier run wrote for this image is replaced; what somebody else put there is not.
        options = options with { Output = output, Overwrite = options.Overwrite || before?.Output == wanted.Output };
        if (options.DryRun)
            return Plan(options, bytes, progress, cancel);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        ShrinkReport report = Shrink(options, wanted, before, progress, cancel);
        if (_options.Originals != OriginalFate.Untouched)
        {
            Original.Release(image, wanted.Print, output, _options.Originals);
            // The output is all there is now: another image of that name must not replace it.
            _record.Remove(wanted);
        }

        return new BatchedImage(image, bytes, BatchState.Done)
        {
            Output = output,
            OutputBytes = report.Output.Bytes,
            ImageBytes = report.Output.ImageBytes,
            Sha256 = report.Output.Sha256,
            Original = _options.Originals switch
            {
                OriginalFate.Removed or OriginalFate.Recycled => null,
                OriginalFate.MovedAside => Original.KeptAs(image),
                _ => image,
            },
            IsRecycled = _options.Originals == OriginalFate.Recycled,
        };
    }

    private static BatchedImage Plan(
        ShrinkOptions options, long bytes, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        if (File.Exists(options.Output))
            OutputFile.ThrowIfRefused(options.Output, options.Overwrite);
        OutputReport plan = ShrinkJob.Run(options, progress, cancel).Output;
        return new BatchedImage(options.Source, bytes, BatchState.Planned)
        {
            Output = options.Output, OutputBytes = plan.DataBytes, ImageBytes = plan.ImageBytes,
        };
    }

    /// <summary>Shrinks, and takes it down: first that it is begun, so that what a power cut leaves is known as ours.</summary>
    private ShrinkReport Shrink(
        ShrinkOptions options, DoneImage wanted, DoneImage? before, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        OutputFile.ThrowIfRefused(options.Output!, options.Overwrite);
        _record.Add(wanted);
        try
        {
            ShrinkReport report = ShrinkJob.Run(options, progress, cancel);
            _record.Add(wanted with { OutputBytes = report.Output.Bytes });
            return report;
        }
        catch
        {
            if (before is null)
                _record.Remove(wanted);
            else
                _record.Add(before);
            throw;
        }
    }

    // The record reads the same on every system.
    private static string Slashes(string path) => path.Replace('\\', '/');
}
