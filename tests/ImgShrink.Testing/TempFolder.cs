namespace ImgShrink.Testing;

/// <summary>A folder for one test, gone with it.</summary>
public sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("imgshrink-test-");

    /// <summary>The folder itself.</summary>
    public string Root => _folder.FullName;

    /// <summary>The names of the files in it.</summary>
    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Root).Select(file => Path.GetFileName(file)).Order()];

    /// <summary>The path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Makes a file of zeros, sparse where the system can.</summary>
    public string MakeFile(string name, long length)
    {
        using FileStream file = File.Create(this[name]);
        file.SetLength(length);
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
