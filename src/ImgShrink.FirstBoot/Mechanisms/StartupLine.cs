using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>One line of ours in a shell script of the system's, right behind its first line.</summary>
internal static class StartupLine
{
    // The script itself finds its line by this word.
    private const string Mark = "imgshrink";
    private const string FirstLine = "#!/bin/sh\n";

    public static bool IsIn(IFileTree tree, string path) => tree.Lines(path).Any(line => line.Contains(Mark));

    /// <summary>Whether the file does nothing else, so that it can go with the line.</summary>
    public static bool IsAllOf(IFileTree tree, string path) =>
        tree.Lines(path).All(line => line is "" || line.StartsWith("#!") || line.Contains(Mark));

    /// <summary>Puts the line in, and makes the file where there is none; does nothing where the line is.</summary>
    public static void Put(IFileEditor tree, string path, string script)
    {
        string line = $"[ ! -e {script} ] || /bin/sh {script}\n";
        if (!tree.Exists(path))
            tree.WriteText(path, FirstLine + line, FileTreeTexts.ProgramMode);
        else if (!IsIn(tree, path))
            tree.EditText(path, text => text.Insert(text.StartsWith("#!") ? text.IndexOf('\n') + 1 : 0, line));
    }

    /// <summary>Takes the line out, and the file with it where it does nothing else.</summary>
    public static void Remove(IFileEditor tree, string path)
    {
        if (IsAllOf(tree, path))
            tree.Delete(path);
        else
            tree.EditText(path, text => string.Concat(
                text.SplitAfter('\n').Where(line => !line.Contains(Mark))));
    }
}
