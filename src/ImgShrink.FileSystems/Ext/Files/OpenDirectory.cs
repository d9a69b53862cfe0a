using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>A directory whose blocks were read and checked: its names, and where its blocks lie.</summary>
/// <remarks>
/// Names are bytes on the medium; here they are strings of one character a byte (Latin-1), which loses nothing.
/// </remarks>
internal sealed class OpenDirectory
{
    private OpenDirectory(InodeNumber number, uint seed, bool indexed) =>
        (Number, Seed, Indexed) = (number, seed, indexed);

    public InodeNumber Number { get; }

    /// <summary>What seeds the checksums of its blocks.</summary>
    public uint Seed { get; }

    /// <summary>Whether it has a hash index (htree).</summary>
    public bool Indexed { get; set; }

    /// <summary>Its blocks on the volume, in the order of the directory.</summary>
    public List<long> Blocks { get; } = [];

    /// <summary>What each name leads to, "." and ".." included.</summary>
    public Dictionary<string, InodeNumber> Names { get; } = [];

    /// <summary>
    /// The block in which room was found last, counted from the start of the directory; a search starts there.
    /// </summary>
    public int RoomHint { get; set; }

    /// <summary>A name as it is kept in <see cref="Names"/>.</summary>
    public static string Key(ReadOnlySpan<byte> name) => Encoding.Latin1.GetString(name);

    /// <summary>The bytes of a name of <see cref="Names"/>.</summary>
    public static byte[] NameOf(string key) => Encoding.Latin1.GetBytes(key);

    /// <summary>Reads a directory.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="number">The directory's inode.</param>
    /// <param name="inode">The same inode's content; must be a directory.</param>
    /// <exception cref="CorruptImageException">A block is missing, damaged, or fails its checksum.</exception>
    public static OpenDirectory Read(ExtVolume volume, InodeNumber number, Inode inode)
    {
        var directory = new OpenDirectory(
            number, volume.Checksums.InodeSeed(number, inode.Generation), inode.Flags.HasFlag(InodeFlags.Indexed));
        if (inode.HasInlineData)
        {
            directory.AddInline(volume, InlineData.Open(number, inode));
            return directory;
        }

        BlockMap map = BlockMap.Read(volume, number, inode);
        long expected = inode.Size / volume.Geometry.BlockSize;
        bool whole = expected > 0 && inode.Size % volume.Geometry.BlockSize == 0
            && map.Extents.Sum(extent => (long)extent.Length) == expected && map.Extents[^1].LogicalEnd == expected
            && map.Extents.TrueForAll(extent => !extent.Unwritten);
        if (!whole)
            throw ExtDamage.In($"directory {number}", "i_size", $"{inode.Size}",
                "as many bytes as it has blocks, without holes");
        foreach (Extent extent in map.Extents)
        {
            for (int i = 0; i < extent.Length; i++)
                directory.AddBlock(volume, extent.Physical + i);
        }

        return directory;
    }

    /// <summary>Reads a block of the directory again, for an edit.</summary>
    public DirectoryBlock View(ExtVolume volume, int logical) =>
        View(volume, logical, volume.ReadBlock(Blocks[logical]));

    private DirectoryBlock View(ExtVolume volume, int logical, byte[] bytes)
    {
        DirectoryBlock block = DirectoryBlock.Open(bytes, Number, (uint)logical, Indexed, volume.Checksums.Metadata);
        if (volume.Checksums.Metadata && block.StoredChecksum != block.ComputeChecksum(Seed))
            throw ExtDamage.In($"directory {Number}", $"checksum of block {logical}", $"0x{block.StoredChecksum:X8}",
                $"0x{block.ComputeChecksum(Seed):X8}");
        return block;
    }

    private void AddBlock(ExtVolume volume, long physical)
    {
        Blocks.Add(physical);
        AddEntries(volume, View(volume, Blocks.Count - 1));
    }

    private void AddInline(ExtVolume volume, InlineData data)
    {
        Names.Add(".", Number);
        Names.Add("..", new InodeNumber(data.Parent));
        AddEntries(volume, DirectoryBlock.OpenInline(data.HeadEntries, Number));
        AddEntries(volume, DirectoryBlock.OpenInline(data.Rest, Number));
    }

    private void AddEntries(ExtVolume volume, DirectoryBlock entries)
    {
        foreach (DirEntry entry in entries)
        {
            if (entry.Inode == 0)
                continue;
            if (entry.Inode > volume.Geometry.InodeCount || entry.NameLength == 0)
                throw ExtDamage.In(
                    $"directory {Number}", Blocks.Count == 0 ? "an inline entry" : $"an entry of block {Blocks.Count - 1}",
                    $"inode {entry.Inode}, name of {entry.NameLength} bytes",
                    $"an inode up to {volume.Geometry.InodeCount} and a name");
            Names.TryAdd(Key(entry.Name), new InodeNumber(entry.Inode));
        }
    }
}
