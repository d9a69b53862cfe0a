using System.Security.Cryptography;
using System.Text;
using ImgShrink.Blocks;
using ImgShrink.Containers.Checking;

namespace ImgShrink.Containers.Tests.Checking;

/// <summary>Block maps of every version that bmaptool reads.</summary>
public sealed class StoredBlockMapTests : IDisposable
{
    private const int BlockSize = 4096;

    private static readonly byte[] Image = Noise.Bytes(1, 5 * BlockSize + 7);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.0", 0)]
    [InlineData("1.1", 0)]
    [InlineData("1.2", 0)]
    [InlineData("1.3", 2)]
    [InlineData("1.4", 2)]
    [InlineData("2.0", 2)]
    public void Sound_map_is_read_in_every_version(string version, int rangesWithChecksum)
    {
        StoredBlockMap map = Read(MapOf(version));
        Assert.Equal((Image.Length, rangesWithChecksum), (map.ImageBytes, map.RangeCount));
        Assert.Empty(map.DifferentRanges(new MemoryStore(Image), default));
        if (!Tool.Exists("bmaptool"))
            return;
        File.WriteAllBytes(_folder["card.img"], Image);
        Tool.Run("bmaptool", "copy", _folder["card.img"], _folder["out"]);
    }

    [Theory]
    [InlineData("1.3")]
    [InlineData("1.4")]
    [InlineData("2.0")]
    public void Changed_range_is_found(string version)
    {
        byte[] changed = [.. Image];
        changed[^1] ^= 1;
        Assert.Equal([5], Read(MapOf(version)).DifferentRanges(new MemoryStore(changed), default));
    }

    [Fact]
    public void Range_without_a_checksum_may_hold_anything()
    {
        StoredBlockMap map = Read(WithOwnChecksum("2.0", MapWithZeros("2.0").Replace($" chksum=\"{HashOf("2.0", Image[..(2 * BlockSize)])}\"", "", StringComparison.Ordinal)));
        Assert.Equal(1, map.RangeCount);
        Assert.Equal([5], map.DifferentRanges(new MemoryStore(new byte[Image.Length]), default));
    }

    [Theory]
    [InlineData("1.3", "BmapFileSHA1")]
    [InlineData("2.0", "BmapFileChecksum")]
    public void Damaged_map_is_refused(string version, string field)
    {
        Assert.Contains(field, Refused(MapOf(version).Replace(" 5 <", " 4 <", StringComparison.Ordinal)));
        Assert.Contains(field, Refused(MapOf(version).Replace(field, "Other", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("1.3", "BmapFileSHA1")]
    [InlineData("2.0", "BmapFileChecksum")]
    public void Checksum_of_the_map_that_does_not_stand_in_it_as_it_is_read_is_refused(string version, string field)
    {
        string map = MapOf(version);
        int at = map.IndexOf($"<{field}>", StringComparison.Ordinal) + field.Length + 3;
        Assert.Contains(field, Refused($"{map[..at]}&#{(int)map[at]};{map[(at + 1)..]}"));
    }

    [Theory]
    [InlineData("0.9")]
    [InlineData("3.0")]
    [InlineData("x")]
    public void Other_versions_are_not_taken(string version) =>
        Assert.Throws<UnsupportedImageException>(() => Read(MapOf("2.0").Replace("\"2.0\"", $"\"{version}\"", StringComparison.Ordinal)));

    private string Refused(string map) => Assert.Throws<CorruptImageException>(() => Read(map)).Message;

    private StoredBlockMap Read(string map)
    {
        File.WriteAllText(_folder["card.img.bmap"], map);
        return StoredBlockMap.Beside(_folder["card.img"])!;
    }

    /// <summary>A map of the first two blocks and of the last, as the version has it.</summary>
    private static string MapOf(string version) => WithOwnChecksum(version, MapWithZeros(version));

    private static string MapWithZeros(string version)
    {
        var (own, attribute) = version switch
        {
            "1.0" or "1.1" or "1.2" => ("", ""),
            "1.3" => ($"<BmapFileSHA1> {new string('0', 40)} </BmapFileSHA1>", "sha1"),
            _ => ($"<ChecksumType> sha256 </ChecksumType>\n<BmapFileChecksum> {new string('0', 64)} </BmapFileChecksum>", "chksum"),
        };
        return $"""
            <?xml version="1.0" ?>
            <bmap version="{version}">
            <ImageSize> {Image.Length} </ImageSize>
            <BlockSize> {BlockSize} </BlockSize>
            <BlocksCount> 6 </BlocksCount>
            <MappedBlocksCount> 3 </MappedBlocksCount>
            {own}
            <BlockMap>
            <Range{Of(Image[..(2 * BlockSize)])}> 0-1 </Range>
            <Range{Of(Image[(5 * BlockSize)..])}> 5 </Range>
            </BlockMap>
            </bmap>
            """;

        string Of(byte[] content) => attribute.Length == 0 ? "" : $" {attribute}=\"{HashOf(version, content)}\"";
    }

    /// <summary>The checksum of a map is that with zeros in its own place.</summary>
    private static string WithOwnChecksum(string version, string map)
    {
        string hex = HashOf(version, Encoding.UTF8.GetBytes(map));
        return map.Replace(new string('0', hex.Length), hex, StringComparison.Ordinal);
    }

    private static string HashOf(string version, byte[] content) =>
        Convert.ToHexStringLower(CryptographicOperations.HashData(
        version == "1.3" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, content));
}
