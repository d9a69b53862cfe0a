using System.Globalization;

namespace ImgShrink.Devices.Listing;

/// <summary>The drives of Linux, out of /sys and /proc.</summary>
/// <param name="root">What stands for "/"; another folder in tests.</param>
internal sealed class LinuxListing(string root)
{
    private const int SysfsSector = 512; // "size" counts these, whatever the drive's sectors are.

    // No drives that could hold a card: memory, floppies, optical drives, and devices made of others.
    private static readonly string[] s_skipped = ["ram", "zram", "dm-", "md", "sr", "fd", "nbd", "zd", "mtdblock"];
    private static readonly string[] s_systemMounts = ["/", "/boot", "/boot/efi", "/boot/firmware", "/usr", "/var", "/home"];

    private readonly LinuxMount[] _mounts = [.. LinuxMount.Parse(Lines(root, "proc/self/mountinfo"))];
    private readonly string[] _swaps =
        [.. Lines(root, "proc/swaps").Skip(1).Select(line => line.Split([' ', '\t'])[0]).Where(each => each.StartsWith("/dev/"))];

    /// <summary>All drives, by name.</summary>
    public IReadOnlyList<DriveFacts> All() =>
    [
        .. Names("sys/block").Where(name => !Array.Exists(s_skipped, skipped => IsOfKind(name, skipped)))
            .Where(name => !name.StartsWith("loop") || Exists($"sys/block/{name}/loop/backing_file"))
            .Where(name => !name.Contains("boot") && !name.EndsWith("rpmb")) // Parts of eMMC that are no disks.
            .Order(StringComparer.Ordinal)
            .Select(Describe),
    ];

    /// <summary>The name of the whole drive that a device is, or is a part of; null for anything else.</summary>
    /// <param name="name">Of a device in /dev: "sdb", "mmcblk0p2".</param>
    public string? DriveOf(string name) => Exists($"sys/block/{name}")
        ? name
        : Names("sys/block").FirstOrDefault(drive => Exists($"sys/block/{drive}/{name}/partition"));

    /// <summary>Mounts of a drive and of its partitions, and of what is made of them (LUKS, LVM, RAID).</summary>
    public IEnumerable<(string Device, LinuxMount Mount)> MountsOf(string drive)
    {
        foreach (string device in WithHolders(Parts(drive)))
        {
            string number = Text($"sys/class/block/{device}/dev") ?? Text($"sys/block/{device}/dev")
                ?? Text($"sys/block/{drive}/{device}/dev") ?? "";
            foreach (LinuxMount mount in _mounts)
            {
                if (mount.Number == number || mount.Source == $"/dev/{device}")
                    yield return ($"/dev/{device}", mount);
            }
        }
    }

    /// <summary>The drives that a mounted file or folder lies on, by the mount that it is in.</summary>
    public IEnumerable<string> DrivesOfPath(string path)
    {
        LinuxMount? mount = _mounts.Where(each => IsInside(path, each.MountPoint)).LastOrDefault(
            each => each.MountPoint.Length == _mounts.Where(other => IsInside(path, other.MountPoint)).Max(other => other.MountPoint.Length));
        return mount is null ? []
            : Names("sys/block").Where(drive => MountsOf(drive).Any(each => each.Mount == mount));
    }

    private static bool IsInside(string path, string folder) =>
        path == folder || folder == "/" || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private DriveFacts Describe(string name)
    {
        long bytes = Number($"sys/block/{name}/size") * SysfsSector ?? 0;
        string? type = Text($"sys/block/{name}/device/type");
        var mounts = MountsOf(name).ToList();
        string? bus = BusOf(name, type);
        return new DriveFacts
        {
            Path = $"/dev/{name}",
            Model = ModelOf(name),
            Bus = bus,
            Bytes = bytes > 0 ? bytes : null,
            SectorSize = (int?)Number($"sys/block/{name}/queue/logical_block_size"),
            HasCard = bytes > 0,
            IsRemovable = Number($"sys/block/{name}/removable") == 1 || bus == "sd",
            IsWriteProtected = Number($"sys/block/{name}/ro") is long readOnly ? readOnly != 0 : null,
            SystemUse = SystemUseOf(name, mounts),
            Volumes = [.. mounts.GroupBy(each => each.Device).Select(
                each => new DriveVolume(each.Key, [.. each.Select(mount => mount.Mount.MountPoint).Distinct()]))],
        };
    }

    private string? ModelOf(string name)
    {
        string folder = $"sys/block/{name}";
        string? vendor = Text($"{folder}/device/vendor");
        return Words.Of($"{(vendor?.StartsWith("0x") == true ? "" : vendor)} {Text($"{folder}/device/model")}")
            ?? Words.Of(Text($"{folder}/device/name"))
            ?? Words.Of(Text($"{folder}/loop/backing_file"));
    }

    private string? SystemUseOf(string drive, List<(string Device, LinuxMount Mount)> mounts)
    {
        foreach (string place in s_systemMounts)
        {
            if (mounts.Exists(each => each.Mount.MountPoint == place))
                return $"{place} is on it";
        }

        return WithHolders(Parts(drive)).Any(device => _swaps.Contains($"/dev/{device}")) ? "swap is on it" : null;
    }

    private string? BusOf(string name, string? type)
    {
        if (name.StartsWith("loop"))
            return "loop";
        if (name.StartsWith("mmcblk"))
            return type == "SD" ? "sd" : "mmc";
        if (name.StartsWith("nvme"))
            return "nvme";
        if (name.StartsWith("vd") || name.StartsWith("xvd"))
            return "virtual";
        string place = Directory.ResolveLinkTarget(Full($"sys/block/{name}"), returnFinalTarget: true)?.FullName ?? "";
        return place.Contains("/usb", StringComparison.Ordinal) ? "usb"
            : place.Contains("/ata", StringComparison.Ordinal) ? "sata"
            : name.StartsWith("sd") ? "scsi"
            : null;
    }

    private IEnumerable<string> Parts(string drive) => Names($"sys/block/{drive}")
        .Where(part => Exists($"sys/block/{drive}/{part}/partition")).Order(StringComparer.Ordinal).Prepend(drive);

    private IEnumerable<string> WithHolders(IEnumerable<string> devices)
    {
        var seen = new HashSet<string>();
        var waiting = new Queue<string>(devices);
        while (waiting.TryDequeue(out string? device))
        {
            if (!seen.Add(device))
                continue;
            yield return device;
            foreach (string holder in Names($"sys/class/block/{device}/holders"))
                waiting.Enqueue(holder);
        }
    }

    /// <summary>"ram0" is of the kind "ram", "random" is not; "dm-" takes all that follows.</summary>
    private static bool IsOfKind(string name, string kind) =>
        name.StartsWith(kind) && name.Length > kind.Length && char.IsAsciiDigit(name[kind.Length]);

    private string Full(string path) => Path.Combine(root, path);

    private bool Exists(string path) => Path.Exists(Full(path));

    private IEnumerable<string> Names(string folder) => Directory.Exists(Full(folder))
        ? Directory.EnumerateFileSystemEntries(Full(folder)).Select(each => Path.GetFileName(each)!)
        : [];

    private long? Number(string path) =>
        long.TryParse(Text(path), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>The first line of a file; null where there is none, or the device has just gone.</summary>
    private string? Text(string path)
    {
        try
        {
            return File.Exists(Full(path)) ? File.ReadAllText(Full(path)).Trim() : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Lines(string root, string path) =>
        File.Exists(Path.Combine(root, path)) ? File.ReadAllLines(Path.Combine(root, path)) : [];
}
