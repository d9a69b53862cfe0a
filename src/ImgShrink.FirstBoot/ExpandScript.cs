using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>
/// The script that grows a file system, and its settings. <c>HookTemplates/expand.sh</c> says what it does, in which
/// order.
/// </summary>
/// <param name="Folder">Where it is put, on the volume that grows.</param>
/// <param name="Mount">Where the running system has that volume; "/" for its root.</param>
/// <param name="Starters">Files that exist only to start it; it removes them with itself.</param>
/// <param name="Lines">Files of the system with a line that starts it, which it takes out.</param>
internal sealed record ExpandScript(
    string Folder, string Mount, IReadOnlyList<string> Starters, IReadOnlyList<string> Lines)
{
    /// <summary>Where it is put on a root.</summary>
    public const string RootFolder = "/etc/imgshrink";

    /// <summary>The script on a root, started by files of its own.</summary>
    public ExpandScript(params string[] starters)
        : this(RootFolder, "/", starters, [])
    {
    }

    /// <summary>The script as the running system sees it.</summary>
    public string Path => $"{(Mount == "/" ? "" : Mount)}{Folder}/expand";

    /// <summary>Its own files.</summary>
    public IReadOnlyList<string> Files => [$"{Folder}/expand", $"{Folder}/expand.conf", $"{Folder}/attempts"];

    /// <summary>Writes it, or writes it anew with a fresh count of attempts where it is already.</summary>
    public void Install(IFileEditor volume, ExpandTarget target)
    {
        volume.CreateDirectory(Folder);
        volume.WriteFile($"{Folder}/expand", Template("expand.sh"), FileTreeTexts.ProgramMode);
        volume.WriteText($"{Folder}/expand.conf", Settings(target));
        volume.WriteText($"{Folder}/attempts", "0\n"); // There already, so that counting takes no room.
    }

    /// <summary>Takes it away, with what starts it.</summary>
    public void Remove(IFileEditor volume)
    {
        foreach (string path in Starters.Concat(Files))
            volume.Delete(path);
        if (volume.Exists(Folder) && volume.List(Folder).Count == 0)
            volume.RemoveDirectory(Folder);
    }

    /// <summary>KEY=value a line, which the script reads and never executes.</summary>
    public string Settings(ExpandTarget target)
    {
        var text = new StringBuilder($"""
            # Written by ImgShrink for {Path}, which removes it when the card is full.
            table={(target.Table == ExpandTable.Gpt ? "gpt" : "mbr")}
            partition={target.Partition}
            # In sectors of 512 bytes.
            start={target.StartLba}
            uuid={target.Uuid}
            mount={Mount}
            # max, a percentage of what the partition could have, or its size in bytes.
            grow={target.Limit}

            """.ReplaceLineEndings("\n"));
        foreach (string starter in Starters)
            text.Append($"starter={starter}\n");
        foreach (string file in Lines)
            text.Append($"line={file}\n");
        return text.ToString();
    }

    /// <summary>One of the files under HookTemplates, with the line ends of Unix.</summary>
    public static byte[] Template(string name)
    {
        using Stream resource = typeof(ExpandScript).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(resource);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }
}
