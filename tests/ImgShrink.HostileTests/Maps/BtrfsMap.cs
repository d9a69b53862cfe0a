using ImgShrink.Blocks;
using ImgShrink.FileSystems;
using ImgShrink.HostileTests.Damage;
using static ImgShrink.HostileTests.Damage.Field;

namespace ImgShrink.HostileTests.Maps;

/// <summary>The structures of btrfs: a superblock, and blocks of trees.</summary>
/// <remarks>Spec: btrfs documentation, "On-disk format"; names and offsets are its.</remarks>
internal static class BtrfsMap
{
    private const int SuperblockAt = 65536;
    private const int HeaderSize = 0x65;
    private const int MostBlocks = 30;
    private const int ItemsOfABlock = 4;

    private static readonly Field[] s_superblock =
    [
        N64(0x30, "bytenr"), F64(0x38, "flags"), N64(0x40, "magic"), N64(0x48, "generation"), P64(0x50, "root"), P64(0x58, "chunk_root"),
        P64(0x60, "log_root"), N64(0x70, "total_bytes"), N64(0x78, "bytes_used"), N64(0x88, "num_devices"), N32(0x90, "sectorsize"),
        N32(0x94, "nodesize"), N32(0xA0, "sys_chunk_array_size"), F64(0xB4, "compat_ro_flags"), F64(0xBC, "incompat_flags"),
        N16(0xC4, "csum_type"), N8(0xC6, "root_level"), N8(0xC7, "chunk_root_level"), N64(0xC9, "dev_item.devid"), N64(0xD1, "dev_item.total_bytes"),
        N64(0x32B, "sys_chunk_array: objectid"), N8(0x333, "sys_chunk_array: type"), P64(0x334, "sys_chunk_array: offset"),
        N64(0x33C, "sys_chunk_array: length"), F64(0x354, "sys_chunk_array: type of chunk"), N16(0x368, "sys_chunk_array: num_stripes"),
        N64(0x36C, "sys_chunk_array: stripe.devid"), P64(0x374, "sys_chunk_array: stripe.offset"),
    ];

    private static readonly Field[] s_header = [P64(0x30, "bytenr"), N64(0x50, "generation"), N64(0x58, "owner"), N32(0x60, "nritems"), N8(0x64, "level")];

    private static readonly Field[] s_item = [P64(0x0, "objectid"), N8(0x8, "type"), P64(0x9, "offset"), N32(0x11, "offset of the item"), N32(0x15, "size")];

    private static readonly Field[] s_child = [P64(0x0, "objectid"), N8(0x8, "type"), P64(0x9, "offset"), P64(0x11, "blockptr"), N64(0x19, "generation")];

    /// <summary>The first numbers of an item's content: of a chunk, a root, an extent.</summary>
    private static readonly Field[] s_content = [N64(0x0, "content 0"), N64(0x8, "content 8"), F64(0x18, "content 18"), N16(0x2C, "content 2C"), P64(0x38, "content 38"), P64(0xB0, "content B0")];

    public static ImageMap Of(IBlockSource image)
    {
        byte[] superblock = image.ReadBytes(SuperblockAt, 4096);
        byte[] id = superblock[0x20..0x30];
        int node = (int)Le.U32(superblock, 0x94);
        var places = new List<Place> { new("superblock", SuperblockAt, 4096, s_superblock, store => SealAt(store, SuperblockAt, 4096)) };
        for (long at = 2 * SuperblockAt; at <= image.Length - node && places.Count < MostBlocks; at += node)
        {
            byte[] block = image.ReadBytes(at, node);
            if (!block.AsSpan(0x20, 16).SequenceEqual(id))
                continue;
            long place = at;
            places.Add(new Place($"tree block {Le.U64(block, 0x30)} of tree {Le.U64(block, 0x58)}", at, node,
                [.. s_header, .. ItemsOf(block)], store => SealAt(store, place, node)));
        }

        return new ImageMap(places, Unit: 1);
    }

    private static IEnumerable<Field> ItemsOf(byte[] block)
    {
        bool isLeaf = block[0x64] == 0;
        int count = (int)Math.Min(Le.U32(block, 0x60), ItemsOfABlock), size = isLeaf ? 25 : 33;
        for (int i = 0; i < count; i++)
        {
            int at = HeaderSize + i * size;
            foreach (Field field in isLeaf ? s_item : s_child)
                yield return field with { At = field.At + at, Name = $"{field.Name} of entry {i}" };
            if (!isLeaf)
                continue;
            int start = HeaderSize + (int)Le.U32(block, at + 0x11), end = start + (int)Le.U32(block, at + 0x15);
            foreach (Field field in s_content.Where(field => start + field.At + field.Bytes <= end))
                yield return field with { At = field.At + start, Name = $"{field.Name} of item {i}" };
        }
    }

    private static void SealAt(IBlockStore store, long at, int size)
    {
        byte[] bytes = store.ReadBytes(at, size);
        Le.Put32(bytes, 0, Crc32C.Of(bytes.AsSpan(0x20)));
        store.Write(at, bytes);
    }
}
