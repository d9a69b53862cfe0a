using System.Text.Json;
using System.Text.Json.Serialization;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>One image that is done.</summary>
/// <param name="Source">Its path from the folder of images, with slashes.</param>
/// <param name="Print">What it was (<see cref="SourcePrint"/>).</param>
/// <param name="Output">The output's path from the folder of outputs, with slashes.</param>
/// <param name="OutputBytes">The output's length.</param>
internal sealed record DoneImage(string Source, string Print, string Output, long OutputBytes);

/// <summary>What earlier runs have done, in a file beside the outputs, so that a run goes on where the last one ended.</summary>
/// <remarks>Any thread may ask and add. It is written anew after every image, and complete at any moment: first under another name, then renamed.</remarks>
internal sealed class BatchRecord
{
    private const string FileName = "imgshrink-batch.json";

    private readonly string _path;
    private readonly Dictionary<string, DoneImage> _done;
    private readonly Lock _lock = new();

    private BatchRecord(string path, IEnumerable<DoneImage> done) =>
        (_path, _done) = (path, done.ToDictionary(each => each.Source));

    /// <summary>Opens the record of a folder; an empty one where there is none.</summary>
    /// <exception cref="AccessException">There is a file of the name that is no such record.</exception>
    public static BatchRecord Open(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return new BatchRecord(path, []);
        try
        {
            using FileStream file = File.OpenRead(path);
            return new BatchRecord(path, JsonSerializer.Deserialize(file, BatchRecordJson.Default.DoneImageArray) ?? []);
        }
        catch (JsonException damage)
        {
            throw new AccessException(
                $"{path} is no record of a batch ({damage.Message}). Move it away; the images are then looked at anew.", damage);
        }
    }

    /// <summary>Whether an image, as it is now, was done, and its output is still there.</summary>
    public bool IsDone(DoneImage image) =>
        Find(image) is { } known && known.Print == image.Print && known.Output == image.Output
        && File.Exists(PathOf(known)) && new FileInfo(PathOf(known)).Length == known.OutputBytes;

    /// <summary>Whether an output is one that an earlier run wrote, for whatever state of the image.</summary>
    public bool Wrote(DoneImage image) => Find(image)?.Output == image.Output;

    /// <summary>Where the output of an image is.</summary>
    public string PathOf(DoneImage image) => Path.Combine(Path.GetDirectoryName(_path)!, image.Output);

    /// <summary>Keeps in mind that an image is done.</summary>
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

    private void Write()
    {
        string next = _path + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(
            [.. _done.Values.OrderBy(each => each.Source, StringComparer.Ordinal)], BatchRecordJson.Default.DoneImageArray));
        File.Move(next, _path, overwrite: true);
    }

    private DoneImage? Find(DoneImage image)
    {
        lock (_lock)
            return _done.GetValueOrDefault(image.Source);
    }
}

/// <summary>The form of the record.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DoneImage[]))]
internal sealed partial class BatchRecordJson : JsonSerializerContext;
