using System.Text;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot;

/// <summary>
/// The script that grows the root file system on the first boot, and the systemd unit that starts it.
/// </summary>
/// <remarks>
/// It removes itself when it is done. <c>HookTemplates/expand.sh</c> says what it does and in which order.
/// </remarks>
public static class FirstBootHook
{
    /// <summary>The script, run by /bin/sh.</summary>
    public const string ScriptPath = "/usr/local/lib/imgshrink/expand";

    /// <summary>The settings; the unit runs only while they are there.</summary>
    public const string SettingsPath = "/etc/imgshrink/expand.conf";

    /// <summary>How often the script was started; it gives up behind the third time.</summary>
    public const string CounterPath = "/etc/imgshrink/attempts";

    /// <summary>The systemd unit.</summary>
    public const string UnitPath = "/etc/systemd/system/imgshrink-expand.service";

    /// <summary>The symbolic link that makes every boot start the unit.</summary>
    public const string WantsPath = "/etc/systemd/system/basic.target.wants/imgshrink-expand.service";

    /// <summary>Everything that <see cref="Install"/> writes.</summary>
    public static IReadOnlyList<string> Paths { get; } = [ScriptPath, SettingsPath, UnitPath, WantsPath];

    private const string WantsTarget = "../imgshrink-expand.service";

    private const UnixFileMode PlainMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode ProgramMode = PlainMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] _programFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin",
        "/usr/local/bin"];

    private static readonly string[] _systemdFolders = ["/usr/lib/systemd", "/lib/systemd"];

    /// <summary>
    /// Decides, by looking at the volume that shall grow, whether the hook is needed and would work there.
    /// </summary>
    /// <param name="root">The files of that volume; null when it has none that can be read.</param>
    /// <param name="target">The partition that shall grow; null when none shall.</param>
    public static HookDecision Decide(IFileTree? root, ExpandTarget? target)
    {
        if (target is null)
            return HookDecision.None("nothing to expand");
        if (root is null || !IsIn(root, _systemdFolders, "systemd"))
            return HookDecision.None("no systemd found");
        if (WhyNotWritable(root) is { } reason)
            return HookDecision.None(reason);
        if (CloudInit.GrowsRoot(root))
            return HookDecision.None("cloud-init growpart is active and expands the root on every boot");
        if (target.FileSystem is not ("ext2" or "ext3" or "ext4"))
            return HookDecision.None($"a {target.FileSystem} root is not expanded by the hook");
        if (target is { Table: ExpandTable.Mbr, Partition: > 4 })
            return HookDecision.None("the root is a logical partition");
        if (!HasTools(root, target))
            return HookDecision.None("the system lacks sfdisk, growpart or parted, or else resize2fs");
        return HookDecision.Systemd(InstalledSystem.Recognise(root) is { } system ? $"{system} starts with systemd"
            : "systemd found");
    }

    /// <summary>Writes the hook, or writes it anew with a fresh count of attempts where it is already.</summary>
    /// <exception cref="Blocks.NotEnoughSpaceException">The volume has no room for it.</exception>
    public static void Install(IFileEditor root, ExpandTarget target)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(target);
        foreach (string path in (string[])[ScriptPath, SettingsPath, WantsPath])
            root.CreateDirectory(path[..path.LastIndexOf('/')]);
        root.WriteFile(ScriptPath, Template("expand.sh"), ProgramMode);
        root.WriteFile(SettingsPath, Encoding.UTF8.GetBytes(Settings(target)), PlainMode);
        root.Delete(CounterPath);
        root.WriteFile(UnitPath, Template("imgshrink-expand.service"), PlainMode);
        if (root.TryReadLink(WantsPath) != WantsTarget)
            root.Delete(WantsPath);
        root.CreateSymlink(WantsPath, WantsTarget);
    }

    /// <summary>Whether an earlier shrink has left the hook, and no boot has removed it yet.</summary>
    public static bool IsInstalled(IFileTree root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return root.Exists(WantsPath);
    }

    /// <summary>Takes away what <see cref="Install"/> wrote; folders stay.</summary>
    public static void Remove(IFileEditor root)
    {
        ArgumentNullException.ThrowIfNull(root);
        foreach (string path in (string[])[WantsPath, UnitPath, CounterPath, SettingsPath, ScriptPath])
            root.Delete(path);
    }

    /// <summary>
    /// The settings' file for <paramref name="target"/>: KEY=value a line, which the script reads and never executes.
    /// </summary>
    internal static string Settings(ExpandTarget target) => $"""
        # Written by ImgShrink for {ScriptPath}, which removes it when the card is full.
        table={(target.Table == ExpandTable.Gpt ? "gpt" : "mbr")}
        partition={target.Partition}
        # In sectors of 512 bytes.
        start={target.StartLba}
        uuid={target.Uuid}
        # max, a percentage of what the partition could have, or its size in bytes.
        grow={target.Limit}

        """.ReplaceLineEndings("\n");

    internal static byte[] Template(string name)
    {
        using Stream resource = typeof(FirstBootHook).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(resource);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    private static string? WhyNotWritable(IFileTree root)
    {
        if (root.Exists("/etc/NIXOS"))
            return "NixOS makes its units anew from its own configuration";
        if (root.Exists("/ostree/repo") || root.Exists("/sysroot/ostree"))
            return "the root is an ostree deployment, which is read-only";
        if (Lines(root, "/etc/selinux/config").Contains("SELINUX=enforcing"))
            return "SELinux would not let a file without its label start";
        if (Lines(root, "/etc/fstab").Any(MountsRootReadOnly))
            return "/etc/fstab mounts the root read-only";
        return null;
    }

    private static bool MountsRootReadOnly(string line)
    {
        string[] fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return fields is [not ['#', ..], "/", _, var options, ..] && options.Split(',').Contains("ro");
    }

    private static bool HasTools(IFileTree root, ExpandTarget target)
    {
        bool growsPartition = Has("sfdisk")
            || (Has("growpart") && target.Limit == ExpandLimit.Max)
            || (Has("parted") && target.Table == ExpandTable.Mbr);
        return growsPartition && (Has("resize2fs") || IsIn(root, _systemdFolders, "systemd-growfs"));

        bool Has(string program) => IsIn(root, _programFolders, program);
    }

    private static bool IsIn(IFileTree root, string[] folders, string name) =>
        folders.Any(folder => root.Exists($"{folder}/{name}"));

    private static IEnumerable<string> Lines(IFileTree root, string path) =>
        Encoding.UTF8.GetString(root.TryReadFile(path) ?? []).Split('\n').Select(line => line.Trim());
}
