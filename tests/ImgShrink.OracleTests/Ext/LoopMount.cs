using System.Reflection;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Looks at volumes and changes them through the kernel.</summary>
internal static class LoopMount
{
    private static readonly string _scripts = Path.Combine(
        typeof(LoopMount).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryFolder").Value!,
        "tests", "ImgShrink.OracleTests", "Ext");

    /// <summary>One line for every object: its content, mode, owner, times, attributes, holes and links; see manifest.py.</summary>
    public static string[] Manifest(string image) =>
        Run(image, "loop,ro", "python3", Lab.Script("manifest.py"), ".").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fills the volume and deletes most of that again; see age.py.</summary>
    public static void Age(string image, int seed, long payload, int names, double share = 0.7) => Run(
        image, "loop", "python3", Path.Combine(_scripts, "age.py"), ".", $"{seed}", $"{payload}", $"{names}", FormattableString.Invariant($"{share}"));

    /// <summary>Fills the volume to its last block, and takes away again what it was filled with; see fill.py.</summary>
    public static void Fill(string image, int files = 4_000) =>
        Run(image, "loop", "python3", Path.Combine(_scripts, "fill.py"), $"{files}");

    /// <summary>Makes a folder of encrypted files, or lists what it holds, with the key; see encrypted.py.</summary>
    public static string[] Encrypted(string image, string what) =>
        Run(image, "loop", "python3", Path.Combine(_scripts, "encrypted.py"), what).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Makes those encrypted files' directories casefolded, too, which this kernel does not know; see keyed.py.</summary>
    public static void MakeKeyed(string image, int blockSize)
    {
        Shell.Need("tune2fs", "-O", "casefold", "-E", "encoding=utf8", image);
        Shell.Need("python3", Path.Combine(_scripts, "keyed.py"), image, $"{blockSize}");
        Shell.Run("e2fsck", "-fyD", image);
    }

    /// <summary>Runs a shell command in the root folder of the volume.</summary>
    public static void Change(string image, string command) => Run(image, "loop", "bash", "-ec", command);

    /// <summary>Runs a program in the root folder of the volume, while it is mounted.</summary>
    public static string Run(string image, string options, params string[] command) =>
        Shell.Need(Lab.Script("in-volume.sh"), [image, options, .. command]);
}
