using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.FileSystems.Fat;
using ImgShrink.FirstBoot;
using ImgShrink.FirstBoot.Tests;
using ImgShrink.SampleCards.Disk;
using ImgShrink.SampleCards.Ext;
using ImgShrink.SampleCards.Ext.Tree;
using ImgShrink.SampleCards.Fat;
using ImgShrink.Testing;

namespace ImgShrink.Pipeline.Tests.FirstBoot;

/// <summary>A small card with the files of a family of systems: a FAT volume, and an ext4 volume behind it.</summary>
internal static class FamilyCard
{
    private const long MiB = 1 << 20;
    private const int SecurityPrefix = 6;
    private static readonly ByteRange s_boot = new(4 * MiB, 8 * MiB);
    private static readonly ByteRange s_root = new(16 * MiB, 32 * MiB);
    private static readonly ExtFormat s_format = new();

    /// <summary>The time of the volume, and so of all that a shrink makes on it.</summary>
    public static DateTimeOffset Time => s_format.Time;

    /// <summary>The time of files that the family says none of.</summary>
    public static DateTimeOffset OldTime { get; } = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    /// <summary>The SELinux label of a directory; files that lie in it have another one.</summary>
    public static byte[] LabelOf(string directory) => Encoding.ASCII.GetBytes($"system_u:object_r:{directory.Length}_t:s0\0");

    /// <summary>Makes the card.</summary>
    public static void Write(string path, Family family)
    {
        var boot = new MemoryStore(new byte[s_boot.Length]);
        FatFormatter.Format(boot, new FatFormat { HiddenSectors = (uint)(s_boot.Start / 512) });
        Copy(family.Boot?.Invoke() ?? new MemoryFileTree(), FatVolume.Edit(boot, Time));

        var root = new MemoryStore(new byte[s_root.Length]);
        MemoryFileTree files = family.Root();
        ExtFormatter.Format(root, s_format with { Label = family.Label ?? "" }, Node(files, "/", files.Exists("/etc/selinux")), seed: 1);

        int number = family.Target.Table == ExpandTable.Gpt ? 2 : family.Target.Partition;
        MbrDisk.Write(path, s_root.End + MiB, new Piece(1, 0x0C, s_boot.Start, boot), new Piece(number, 0x83, s_root.Start, root));
        if (family.Target.Table == ExpandTable.Gpt)
            GptCard.Convert(path, new CardPartitions(s_boot, s_root));
    }

    private static void Copy(MemoryFileTree from, IFileEditor to)
    {
        foreach (string path in from.Listing().Select(line => line.Split(' ')[1]))
        {
            to.CreateDirectory(path[..(path.LastIndexOf('/') is > 0 and var slash ? slash : 1)]);
            to.WriteFile(path, from.TryReadFile(path), UnixFileMode.UserRead);
        }
    }

    private static TreeNode Node(MemoryFileTree tree, string path, bool labelled)
    {
        FileEntry entry = tree.TryStat(path)!;
        uint time = (uint)(entry.Modified > OldTime ? entry.Modified : OldTime).ToUnixTimeSeconds();
        if (entry.Kind == EntryKind.SymbolicLink)
            return TreeNode.Link(tree.TryReadLink(path)!, time);
        if (entry.Kind == EntryKind.File)
            return TreeNode.File(new LiteralContent(tree.Text(path)), (int)entry.Unix!.Mode, default, time, Labels("file"));
        TreeNode directory = TreeNode.Directory(time: time, attributes: Labels(path));
        foreach (string name in tree.List(path))
            directory.Children.Add((name, Node(tree, $"{path.TrimEnd('/')}/{name}", labelled)));
        return directory;

        TreeAttribute[] Labels(string of) => labelled ? [new TreeAttribute(SecurityPrefix, "selinux", LabelOf(of))] : [];
    }
}
