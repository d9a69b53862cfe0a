using ImgShrink.Blocks;

namespace ImgShrink.Containers.VirtualDisks;

/// <summary>A VHDX that was closed cleanly.</summary>
/// <remarks>Spec: [MS-VHDX]. One with something in its log is refused: whoever wrote it has to put that in place.</remarks>
internal sealed class Vhdx : VirtualDisk
{
    private const int SectorSize = 512;
    private const int RegionTableSize = 64 << 10;
    private const int MostEntries = 2047;
    private const long Mebi = 1 << 20;

    private static readonly long[] HeaderPlaces = [64 << 10, 128 << 10];
    private static readonly long[] RegionTablePlaces = [192 << 10, 256 << 10];

    private static readonly Guid Bat = new("2DC27766-F623-4200-9D64-115E9BFD4A08");
    private static readonly Guid Metadata = new("8B7CA206-4790-4B9A-B8FE-575F050F886E");
    private static readonly Guid FileParameters = new("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    private static readonly Guid VirtualDiskSize = new("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
    private static readonly Guid LogicalSectorSize = new("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
    private static readonly Guid[] OtherMetadata =
    [
        new("BECA12AB-B2E6-4523-93EF-C309E000C746"), // Virtual Disk ID
        new("CDA348C7-445D-4471-9CC9-E9885251C556"), // Physical Sector Size
        new("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C"), // Parent Locator
    ];

    private Vhdx(RawImageFile file, long length, int blockSize, VhdxItem bat)
        : base(file, length, blockSize, blocks => ReadTable(file, bat, blocks, blockSize))
    {
    }

    /// <summary>Opens a file that starts with the file type identifier.</summary>
    /// <exception cref="CorruptImageException">It contradicts the format.</exception>
    /// <exception cref="UnsupportedImageException">It has a parent, a log, or sectors of 4096 bytes.</exception>
    public static Vhdx Open(RawImageFile file)
    {
        if (file.Length < Mebi)
            throw Damaged(file, "VHDX", "its length", file.Length, "a header of 1 MiB");
        RequireClosed(file);
        IReadOnlyList<VhdxItem> regions = ReadRegions(file);
        VhdxItem bat = Find(file, regions, Bat, "BAT"), metadata = Find(file, regions, Metadata, "metadata");
        IReadOnlyList<VhdxItem> items = ReadMetadataTable(file, metadata);

        byte[] parameters = ReadItem(FileParameters, "File Parameters", 8);
        uint blockSize = Le.U32(parameters, 0);             // BlockSize
        if (blockSize is < (int)Mebi or > 256 << 20 || !uint.IsPow2(blockSize))
            throw Damaged(file, "VHDX File Parameters", "BlockSize", blockSize, "a power of two from 1 MiB to 256 MiB");
        if ((Le.U32(parameters, 4) & 2) != 0)               // HasParent
            throw new UnsupportedImageException(
                $"{file.Path} holds only what differs from another disk (a snapshot). Merge the two first, or convert it: qemu-img convert -O raw.");
        uint sectorSize = Le.U32(ReadItem(LogicalSectorSize, "Logical Sector Size", 4), 0);
        if (sectorSize != SectorSize)
            throw new UnsupportedImageException($"{file.Path} is a disk with sectors of {sectorSize} bytes, and 512 are needed.");
        ulong length = Le.U64(ReadItem(VirtualDiskSize, "Virtual Disk Size", 8), 0);
        if (length == 0 || length % SectorSize != 0 || length > long.MaxValue)
            throw Damaged(file, "VHDX metadata", "Virtual Disk Size", length, "a multiple of 512");
        return new Vhdx(file, (long)length, (int)blockSize, bat);

        byte[] ReadItem(Guid id, string name, int size)
        {
            VhdxItem item = Find(file, items, id, name);
            return item.At <= metadata.Length - size
                ? file.ReadBytes(metadata.At + item.At, size)
                : throw Damaged(file, "VHDX metadata", name, $"at byte {item.At}", "inside of the metadata");
        }
    }

    /// <summary>Reads the current header: the sound one with the higher number.</summary>
    private static void RequireClosed(RawImageFile file)
    {
        VhdxHeader current = default;
        bool any = false;
        foreach (long place in HeaderPlaces)
        {
            var header = new VhdxHeader(file.ReadBytes(place, VhdxHeader.Size));
            if (!header.IsSound || any && header.SequenceNumber <= current.SequenceNumber)
                continue;
            current = header;
            any = true;
        }

        if (!any)
            throw Damaged(file, "VHDX headers", "Checksum", "wrong in both", "right in one of them");
        if (current.Version != 1)
            throw new UnsupportedImageException($"{file.Path} is a VHDX of version {current.Version}. {Advice}");
        if (current.LogGuid != Guid.Empty)
            throw new UnsupportedImageException(
                $"{file.Path} is in use, or was not closed cleanly: its log is not empty. Attach and detach it once "
                + "(Mount-DiskImage, Dismount-DiskImage), or run: qemu-img check -r all.");
    }

    private static List<VhdxItem> ReadRegions(RawImageFile file)
    {
        foreach (long place in RegionTablePlaces)
        {
            byte[] table = file.ReadBytes(place, RegionTableSize);
            uint count = Le.U32(table, 0x8);                // EntryCount
            if (!VhdxChecksum.IsRight(table, "regi"u8) || count > MostEntries)
                continue;
            var regions = new List<VhdxItem>();
            for (int i = 0; i < count; i++)
                regions.Add(VhdxItem.Region(table.AsSpan(16 + i * VhdxItem.Size)));
            RequireKnown(file, regions, "region", [Bat, Metadata]);
            foreach (VhdxItem region in regions.Where(region => region.At > file.Length - region.Length))
                throw Damaged(file, "VHDX region table", $"region {region.Id}", $"{region.Length} bytes at {region.At}", "inside of the file");
            return regions;
        }

        throw Damaged(file, "VHDX region tables", "Checksum", "wrong in both", "right in one of them");
    }

    private static List<VhdxItem> ReadMetadataTable(RawImageFile file, VhdxItem metadata)
    {
        byte[] table = metadata.Length >= RegionTableSize ? file.ReadBytes(metadata.At, RegionTableSize) : [];
        if (!table.AsSpan().StartsWith("metadata"u8) || Le.U16(table, 0xA) > MostEntries) // Signature, EntryCount
            throw Damaged(file, "VHDX metadata table", "Signature and EntryCount", "something else", "\"metadata\" and 2047 at most");
        var items = new List<VhdxItem>();
        for (int i = 0; i < Le.U16(table, 0xA); i++)
            items.Add(VhdxItem.Metadata(table.AsSpan(32 + i * VhdxItem.Size)));
        RequireKnown(file, items, "metadata item", [FileParameters, VirtualDiskSize, LogicalSectorSize, .. OtherMetadata]);
        return items;
    }

    private static void RequireKnown(RawImageFile file, List<VhdxItem> items, string what, Guid[] known)
    {
        foreach (VhdxItem item in items.Where(item => item.IsRequired && !known.Contains(item.Id)))
            throw new UnsupportedImageException($"{file.Path} needs a {what} that is not known: {item.Id}. {Advice}");
    }

    private static VhdxItem Find(RawImageFile file, IReadOnlyList<VhdxItem> items, Guid id, string name)
    {
        VhdxItem found = items.FirstOrDefault(item => item.Id == id);
        return found != default ? found : throw Damaged(file, "VHDX", name, "missing", "there");
    }

    /// <summary>Reads the places of blocks; behind so many of them stands the place of a bitmap, which only snapshots use.</summary>
    private static long[] ReadTable(RawImageFile file, VhdxItem bat, long blocks, int blockSize)
    {
        const int entrySize = 8;
        int chunkRatio = (int)((1L << 23) * SectorSize / blockSize);
        long entries = blocks == 0 ? 0 : blocks + (blocks - 1) / chunkRatio;
        if (entries * entrySize > bat.Length)
            throw Damaged(file, "VHDX BAT", "its length", bat.Length, $"{entries * entrySize} or more");
        byte[] table = file.ReadBytes(bat.At, checked((int)entries * entrySize));
        long lastPlace = file.Length < blockSize ? -1 : (file.Length - blockSize) / Mebi;
        var places = new long[blocks];
        for (int block = 0; block < blocks; block++)
        {
            ulong entry = Le.U64(table, (block + block / chunkRatio) * entrySize);
            places[block] = (entry & 7) switch              // State
            {
                0 or 1 or 2 or 3 => -1,                     // Not present, undefined, zero, unmapped
                6 when (long)(entry >> 20) <= lastPlace => (long)(entry >> 20) * Mebi, // FileOffsetMB
                _ => throw Damaged(file, "VHDX BAT", $"entry of block {block}", $"0x{entry:X16}", "a block inside of the file, or none"),
            };
        }

        return places;
    }
}
