using System.Diagnostics;
using System.Xml.Linq;

namespace ImgShrink.Devices.Listing;

/// <summary>The drives of macOS, out of what diskutil prints as property lists.</summary>
/// <param name="diskutil">Runs diskutil with arguments; null when it fails.</param>
internal sealed class MacListing(Func<string[], string?> diskutil)
{
    /// <summary>The diskutil of this system.</summary>
    public static MacListing OfSystem { get; } = new(Run);

    /// <summary>All drives, by name.</summary>
    public IReadOnlyList<DriveFacts> All()
    {
        if (Plist(diskutil(["list", "-plist"])) is not { } list)
            return [];
        var system = SystemDisks();
        return
        [
            .. Values(list, "WholeDisks").Select(name => name.Value)
                .Select(name => (Name: name, Facts: Plist(diskutil(["info", "-plist", name]))))
                .Where(each => each.Facts is not null && Text(each.Facts, "VirtualOrPhysical") != "Virtual")
                .Select(each => Describe(each.Name, each.Facts!, list, system)),
        ];
    }

    private static DriveFacts Describe(string name, XElement facts, XElement list, HashSet<string> system)
    {
        bool isRemovable = Flag(facts, "RemovableMediaOrExternalDevice") ?? Flag(facts, "Removable") ?? false;
        long bytes = Number(facts, "TotalSize") ?? Number(facts, "Size") ?? 0;
        return new DriveFacts
        {
            Path = $"/dev/{name}",
            Model = Words.Of(Text(facts, "MediaName") ?? Text(facts, "IORegistryEntryName")),
            Bus = Text(facts, "BusProtocol") switch
            {
                "USB" => "usb",
                "Secure Digital" => "sd",
                "PCI-Express" or "Apple Fabric" => "nvme",
                "SATA" => "sata",
                "Disk Image" => "loop",
                var other => other?.ToLowerInvariant(),
            },
            Bytes = bytes > 0 ? bytes : null,
            SectorSize = (int?)Number(facts, "DeviceBlockSize"),
            HasCard = bytes > 0,
            IsRemovable = isRemovable,
            IsWriteProtected = !Flag(facts, "WritableMedia"),
            SystemUse = system.Contains(name) ? "/ is on it"
                : Flag(facts, "Internal") == true && !isRemovable ? "it is built in" : null,
            Volumes = [.. Values(list, "AllDisksAndPartitions").Where(disk => Text(disk, "DeviceIdentifier") == name)
                .SelectMany(disk => Values(disk, "Partitions").Append(disk))
                .Where(part => Text(part, "MountPoint") is not null)
                .Select(part => new DriveVolume($"/dev/{Text(part, "DeviceIdentifier")}", [Text(part, "MountPoint")!]))],
        };
    }

    /// <summary>The disk that / is on; for APFS the disks of its physical stores.</summary>
    private HashSet<string> SystemDisks()
    {
        if (Plist(diskutil(["info", "-plist", "/"])) is not { } root)
            return [];
        IEnumerable<string> stores = Values(root, "APFSPhysicalStores").Select(each => Text(each, "APFSPhysicalStore") ?? each.Value);
        return [.. stores.Append(Text(root, "ParentWholeDisk") ?? "").Select(WholeDisk)];
    }

    /// <summary>disk0 for disk0s2.</summary>
    private static string WholeDisk(string part)
    {
        int slice = part.LastIndexOf('s');
        return slice > 3 ? part[..slice] : part; // The s in "disk" is no slice.
    }

    private static XElement? Plist(string? text) => text is null ? null : XDocument.Parse(text).Root?.Element("dict");

    // A dict is a row of keys, each before its value.
    private static XElement? Value(XElement dict, string key) =>
        dict.Elements("key").FirstOrDefault(each => each.Value == key)?.ElementsAfterSelf().FirstOrDefault();

    private static IEnumerable<XElement> Values(XElement dict, string key) => Value(dict, key)?.Elements() ?? [];

    private static string? Text(XElement dict, string key) => Value(dict, key) is { Name.LocalName: "string" } value ? value.Value : null;

    private static long? Number(XElement dict, string key) => long.TryParse(Value(dict, key)?.Value, out long number) ? number : null;

    private static bool? Flag(XElement dict, string key) => Value(dict, key)?.Name.LocalName switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private static string? Run(string[] arguments)
    {
        using Process? process = Process.Start(new ProcessStartInfo("/usr/sbin/diskutil", arguments) { RedirectStandardOutput = true });
        string? said = process?.StandardOutput.ReadToEnd();
        process?.WaitForExit();
        return process?.ExitCode == 0 ? said : null;
    }
}
