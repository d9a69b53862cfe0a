namespace ImgShrink.Containers;

/// <summary>The files beside an output, on their way like the output itself.</summary>
internal sealed class SideOutputs : IDisposable
{
    private readonly List<(ISideFile File, OutputFile Output)> _files = [];

    /// <summary>Reserves a temporary name beside each of them.</summary>
    /// <exception cref="Blocks.AccessException">One exists and may not be replaced, or cannot be made.</exception>
    public SideOutputs(IEnumerable<ISideFile> files, string outputPath, bool overwrite)
    {
        try
        {
            foreach (ISideFile file in files)
                _files.Add((file, OutputFile.Create(file.PathBeside(outputPath), overwrite)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Writes all of them, under their temporary names.</summary>
    public void Write(CompleteOutput complete)
    {
        foreach (var (file, output) in _files)
        {
            using OutputWriter writer = OutputWriter.OpenExisting(output.PartialPath);
            writer.Write(0, file.Content(complete));
        }
    }

    /// <summary>Gives all of them their names, and then the output its own; if that fails, none keeps its name.</summary>
    public void CommitAnd(Action commitOutput)
    {
        var named = new List<OutputFile>();
        try
        {
            foreach (var (_, output) in _files)
            {
                output.Commit();
                named.Add(output);
            }

            commitOutput();
        }
        catch
        {
            named.ForEach(output => output.Withdraw());
            throw;
        }
    }

    public void Dispose() => _files.ForEach(file => file.Output.Dispose());
}
