using System.Reflection;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.OracleTests.Maps;

/// <summary>A volume of a kind that is only mapped, made, filled and checked by the real tools.</summary>
/// <param name="Kind">As ImgShrink names it.</param>
/// <param name="Image">Its file.</param>
internal sealed record MapVolume(string Kind, string Image)
{
    private static readonly string _scripts = Path.Combine(
        typeof(MapVolume).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryFolder").Value!,
        "tests", "ImgShrink.OracleTests", "Maps");

    private static string Churn => Path.Combine(_scripts, "churn.py");

    /// <summary>Makes an empty volume.</summary>
    public static MapVolume Make(string kind, string image, long bytes, params string[] options)
    {
        using (FileStream file = File.Create(image))
            file.SetLength(bytes);
        string[] make = kind switch
        {
            "exfat" => ["mkfs.exfat"],
            "ntfs" => ["mkntfs", "--force", "--quiet", "--fast"],
            "f2fs" => ["mkfs.f2fs", "-q"],
            _ => [$"mkfs.{kind}", "-q"],
        };
        Shell.Need(make[0], [.. make[1..], .. options, image]);
        return new MapVolume(kind, image);
    }

    /// <summary>Opens it as ImgShrink sees it.</summary>
    public (IVolume Volume, RawImageFile File) Open()
    {
        var file = new RawImageFile(Image);
        return (FileSystemProbe.Open(file), file);
    }

    /// <summary>Fills the volume, and deletes most of that again where a tool can; see churn.py.</summary>
    public void Fill(int seed, long bytes, string scratch)
    {
        if (Kind != "f2fs")
        {
            In("rw", "python3", Churn, ".", $"{seed}", $"{bytes}");
            return;
        }

        Directory.CreateDirectory(scratch);
        Shell.Need("python3", Churn, scratch, $"{seed}", $"{bytes / 6}", "keep");
        Shell.Need("sload.f2fs", "-f", scratch, Image);
    }

    /// <summary>One line a file: the hash of its content, and its path.</summary>
    public string[] Files() => (Kind == "f2fs" ? DumpedFiles() : In("ro", "bash", "-c", HashAll))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test unless the checker of the file system has nothing to say.</summary>
    public void Check()
    {
        string said = Kind switch
        {
            "exfat" => Shell.Need("fsck.exfat", "-n", Image),
            "ntfs" => Shell.Need("ntfsfix", "-n", Image),
            "btrfs" => Shell.Need("btrfs", "check", "--check-data-csum", Image),
            "xfs" => Shell.Need("xfs_repair", "-n", Image),
            _ => Shell.Need("fsck.f2fs", "-f", "--dry-run", Image),
        };
        Assert.DoesNotContain("[Fail]", said);
    }

    /// <summary>Runs a command in the root folder of the volume.</summary>
    public string In(string access, params string[] command) =>
        Shell.Need(Path.Combine(_scripts, "in-volume.sh"), [Kind, Image, access, .. command]);

    private const string HashAll = "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 --no-run-if-empty sha256sum";

    // No kernel here mounts it; its own tool puts the files of a volume into a folder, one inode at a time.
    private string DumpedFiles()
    {
        string folder = Directory.CreateTempSubdirectory("imgshrink-f2fs-").FullName;
        try
        {
            return Shell.Need("bash", "-c", $$"""
                cd '{{folder}}'
                dump.f2fs -n 0~-1 '{{Image}}' > /dev/null 2>&1
                for inode in $(awk '$4 > 3 { print $4 }' dump_nat | sort -nu); do
                    dump.f2fs -i "$inode" '{{Image}}' > /dev/null 2>&1 <<< y
                done
                rm dump_nat
                {{HashAll}}
                """);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
