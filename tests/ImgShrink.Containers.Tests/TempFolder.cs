namespace ImgShrink.Containers.Tests;

/// <summary>A folder that goes away with everything in it.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("imgshrink-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string[] Files => [.. Directory.EnumerateFileSystemEntries(Path).Select(path => System.IO.Path.GetFileName(path)!)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
