using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Fat;
using ImgShrink.Partitions;

namespace ImgShrink.Pipeline.Tests;

/// <summary>An image that is opened to compare it with another.</summary>
internal sealed class OpenCard : IDisposable
{
    private readonly RawImageFile _file;

    public OpenCard(string path)
    {
        _file = new RawImageFile(path);
        Table = PartitionTable.Read(_file);
    }

    public IBlockSource Disk => _file;

    public PartitionTable Table { get; }

    public FatVolume Boot => FatVolume.Open(new BlockWindow(_file, Table.Partitions[0].Range));

    public ExtVolume Root => ExtVolume.Open(new BlockWindow(_file, Table.Partitions[^1].Range));

    public ExtFileTree Files => ExtFileTree.Open(Root);

    public void Dispose() => _file.Dispose();

    /// <summary>Every path with the target of a link, or the length and hash of a file; directories by their names.</summary>
    public static List<string> Listing(IFileTree tree)
    {
        var lines = new List<string>();
        var waiting = new Stack<string>(["/"]);
        while (waiting.TryPop(out string? folder))
        {
            foreach (string name in tree.List(folder))
            {
                string path = $"{folder.TrimEnd('/')}/{name}";
                if (tree.TryReadLink(path) is { } target)
                    lines.Add($"{path} -> {target}");
                else if (tree.TryReadFile(path, 64 << 20) is { } content)
                    lines.Add($"{path} {content.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))[..16]}");
                else
                    lines.Add(path);
                if (lines[^1] == path)
                    waiting.Push(path);
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
