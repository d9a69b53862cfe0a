using System.Text.Json;
using System.Text.Json.Serialization;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>One image that is done.</summary>
/// <param name="Source">Its path from the folder of images, with slashes.</param>
/// <param name="Print">What it was (<see cref="SourcePrint"/>).</param>
/// <param name="Output">The output's path from the folder of outputs, with slashes.</param>
/// <param name="Traits">What the output was asked to be (<see cref="OutputTraits"/>).</param>
/// <param name="OutputBytes">The output's length; null while it is being made, and after a run that was stopped then.</param>
internal sealed record DoneImage(string Source, string Print, string Output, string? Traits, long? OutputBytes);

/// <summary>What earlier runs have done, in a file beside the outputs, so that a run goes on where the last one ended.</summary>
/// <remarks>Any thread may ask and add. It is written anew after every image, and complete at any moment: first under another name, then renamed.</remarks>
internal sealed class BatchRecord : IDisposable
{
    private const string FileName = "imgshrink-batch.json";

    private readonly string _path;
    private readonly FileStream? _turn; // Held as long as the run lasts; gone with it, however it ends.
    private readonly Dictionary<string, DoneImage> _done;
    private readonly Lock _lock = new();

    private BatchRecord(string path, FileStream? turn)
    {
        (_path, _turn) = (path, turn);
        try
        {
            _done = Read(path);
        }
        catch
        {
            _turn?.Dispose();
            throw;
        }
    }

    /// <summary>Opens the record of a folder; an empty one where there is none.</summary>
    /// <param name="folder">The folder of the outputs.</param>
    /// <param name="writes">Whether outputs are going to be written; one run at a time may do that.</param>
    /// <exception cref="AccessException">
    /// There is a file of the name that is no such record, another run is at work, or the folder cannot be written.
    /// </exception>
    public static BatchRecord Open(string folder, bool writes)
    {
        string path = Path.Combine(folder, FileName);
        return new BatchRecord(path, writes ? Take(folder, path + ".lock") : null);
    }

    /// <summary>Lets the next run take its turn.</summary>
    public void Dispose() => _turn?.Dispose();

    /// <summary>Whether an image, as it is now, was done, and its output is still there.</summary>
    public bool IsDone(DoneImage image) =>
        Find(image) is { OutputBytes: { } bytes } known && known with { OutputBytes = image.OutputBytes } == image
        && File.Exists(PathOf(known)) && new FileInfo(PathOf(known)).Length == bytes;

    /// <summary>What is known of an image; null for nothing.</summary>
    public DoneImage? Find(DoneImage image)
    {
        lock (_lock)
            return _done.GetValueOrDefault(image.Source);
    }

    /// <summary>Where the output of an image is.</summary>
    public string PathOf(DoneImage image) => Path.Combine(Path.GetDirectoryName(_path)!, image.Output);

    /// <summary>Keeps in mind that an image is done, or begun.</summary>
    public void Add(DoneImage image)
    {
        lock (_lock)
        {
            _done[image.Source] = image;
            Write();
        }
    }

    /// <summary>Forgets an image, which is gone.</summary>
    public void Remove(DoneImage image)
    {
        lock (_lock)
        {
            _done.Remove(image.Source);
            Write();
        }
    }

    private static FileStream Take(string folder, string path)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException(File.Exists(path)
                ? $"Another batch is writing to {folder}; wait for it, or choose another --output."
                : $"Cannot create files in {folder}: {cause.Message}", cause);
        }
    }

    private static Dictionary<string, DoneImage> Read(string path)
    {
        var done = new Dictionary<string, DoneImage>();
        foreach (DoneImage? each in ReadJson(path))
        {
            if (each is not { Source: not null, Print: not null, Output: not null })
                throw NoRecord(path, "one of its images has no source, print or output");
            if (!done.TryAdd(each.Source, each))
                throw NoRecord(path, $"{each.Source} is in it twice");
        }

        return done;
    }

    private static DoneImage?[] ReadJson(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, BatchRecordJson.Default.DoneImageArray) ?? [];
        }
        catch (JsonException damage)
        {
            throw NoRecord(path, damage.Message, damage);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"Cannot read {path}, where earlier runs took down what is done: {cause.Message}", cause);
        }
    }

    private static AccessException NoRecord(string path, string why, Exception? cause = null) => new(
        $"{path} is no record of a batch ({why}). Move it away; the images are then looked at anew.", cause);

    private void Write()
    {
        string next = _path + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(
            [.. _done.Values.OrderBy(each => each.Source, StringComparer.Ordinal)], BatchRecordJson.Default.DoneImageArray));
        File.Move(next, _path, overwrite: true);
    }
}

/// <summary>The form of the record.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DoneImage[]))]
internal sealed partial class BatchRecordJson : JsonSerializerContext;
