using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>Shrinks every image of a folder, one after the other: each takes all cores as it is.</summary>
/// <remarks>A run that was stopped goes on where it ended; one bad image does not stop the others.</remarks>
public sealed class BatchJob
{
    private readonly string _folder;
    private readonly string _outputs;
    private readonly ShrinkOptions _options;
    private readonly BatchRecord _record;

    private BatchJob(string folder, string outputs, ShrinkOptions options)
    {
        (_folder, _outputs, _options) = (folder, outputs, options);
        _record = BatchRecord.Open(outputs);
        Images = ArchiveFolder.Images(folder);
    }

    /// <summary>The images, by path.</summary>
    public IReadOnlyList<string> Images { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder; it is looked through with all below it.</param>
    /// <param name="outputs">Where the outputs go, in folders like those of the images; null for beside each image.</param>
    /// <param name="options">What to do with each image; source and output of it do not count.</param>
    /// <exception cref="AccessException">There is no such folder, or no image in it.</exception>
    public static BatchJob Open(string folder, string? outputs, ShrinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
            throw new AccessException(File.Exists(full)
                ? $"{folder} is a file; for one image there is 'imgshrink shrink'."
                : $"There is no folder {folder}.");
        var job = new BatchJob(full, Path.GetFullPath(outputs ?? folder), options);
        return job.Images.Count > 0 ? job : throw new AccessException(
            $"There is no image in {folder}. Images are files named .img, .vhd, .vhdx, or packed: .img.zst, .img.xz, .img.gz, .img.bz2, .img.zip.");
    }

    /// <summary>Does one of the <see cref="Images"/>; what goes wrong with it is part of the result.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; no half output is left.</exception>
    public BatchedImage Run(string image, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        long bytes = new FileInfo(image).Length;
        try
        {
            return Shrink(image, bytes, progress, cancel);
        }
        catch (ImgShrinkException known)
        {
            return new BatchedImage(image, bytes, BatchState.Failed) { Error = known.Message, ExitCode = known.ExitCode };
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return new BatchedImage(image, bytes, BatchState.Failed)
            {
                Error = denied.Message, ExitCode = new AccessException(denied.Message).ExitCode,
            };
        }
    }

    private BatchedImage Shrink(string image, long bytes, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ShrinkOptions options = _options with { Source = image, Output = null };
        string relative = Path.GetRelativePath(_folder, image);
        string name = Path.GetFileName(OutputName.Of(options).Path);
        string output = Path.Combine(_outputs, Path.GetDirectoryName(relative)!, name);
        var wanted = new DoneImage(Slashes(relative), SourcePrint.Of(image), Slashes(Path.GetRelativePath(_outputs, output)), 0);
        if (_record.IsDone(wanted))
            return new BatchedImage(image, bytes, BatchState.AlreadyDone)
            {
                Output = output, OutputBytes = new FileInfo(output).Length,
            };

        if (!options.DryRun)
            Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        // What an earlier run wrote for an image that has changed since is replaced; what somebody else put there is not.
        ShrinkReport report = ShrinkJob.Run(
            options with { Output = output, Overwrite = options.Overwrite || _record.Wrote(wanted) }, progress, cancel);
        if (report.Output.Bytes is not long written)
            return new BatchedImage(image, bytes, BatchState.Planned) { Output = output, OutputBytes = report.Output.DataBytes };
        _record.Add(wanted with { OutputBytes = written });
        return new BatchedImage(image, bytes, BatchState.Done) { Output = output, OutputBytes = written };
    }

    // The record reads the same on every system.
    private static string Slashes(string path) => path.Replace('\\', '/');
}
