using ImgShrink.Devices.Listing;

namespace ImgShrink.Devices.Tests;

/// <summary>The drives of macOS, out of property lists as diskutil prints them.</summary>
public sealed class MacListingTests
{
    private static readonly Dictionary<string, string> s_diskutil = new()
    {
        ["list -plist"] = Plist("""
            <key>WholeDisks</key><array><string>disk0</string><string>disk3</string><string>disk4</string></array>
            <key>AllDisksAndPartitions</key><array>
              <dict><key>DeviceIdentifier</key><string>disk4</string><key>Partitions</key><array>
                <dict><key>DeviceIdentifier</key><string>disk4s1</string><key>MountPoint</key><string>/Volumes/bootfs</string></dict>
                <dict><key>DeviceIdentifier</key><string>disk4s2</string></dict>
              </array></dict>
            </array>
            """),
        ["info -plist /"] = Plist("""
            <key>ParentWholeDisk</key><string>disk3</string>
            <key>APFSPhysicalStores</key><array><dict><key>APFSPhysicalStore</key><string>disk0s2</string></dict></array>
            """),
        ["info -plist disk0"] = Plist("""
            <key>BusProtocol</key><string>Apple Fabric</string><key>Internal</key><true/><key>TotalSize</key><integer>500277790720</integer>
            <key>MediaName</key><string>APPLE SSD</string><key>VirtualOrPhysical</key><string>Physical</string><key>WritableMedia</key><true/>
            """),
        ["info -plist disk3"] = Plist("<key>VirtualOrPhysical</key><string>Virtual</string>"),
        ["info -plist disk4"] = Plist("""
            <key>BusProtocol</key><string>Secure Digital</string><key>Internal</key><true/><key>TotalSize</key><integer>31914983424</integer>
            <key>RemovableMediaOrExternalDevice</key><true/><key>MediaName</key><string>SDXC Reader</string>
            <key>DeviceBlockSize</key><integer>512</integer><key>WritableMedia</key><false/>
            """),
    };

    [Fact]
    public void The_card_and_the_system_disk_are_told_apart()
    {
        IReadOnlyList<DriveFacts> drives = new MacListing(arguments => s_diskutil[string.Join(' ', arguments)]).All();
        Assert.Equal(["/dev/disk0", "/dev/disk4"], drives.Select(each => each.Path));
        Assert.Equal("/ is on it", drives[0].SystemUse);
        DriveFacts card = drives[1];
        Assert.True(card.Likeness.IsCard);
        Assert.Equal((31914983424, 512, "sd", true), (card.Bytes, card.SectorSize, card.Bus, card.IsWriteProtected));
        Assert.Equal("/Volumes/bootfs", Assert.Single(Assert.Single(card.Volumes).MountPoints));
    }

    private static string Plist(string dict) => $"<plist version=\"1.0\"><dict>{dict}</dict></plist>";
}
