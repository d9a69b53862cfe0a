namespace ImgShrink.Bench;

/// <summary>What a result is compared with.</summary>
internal enum Floor
{
    /// <summary>Reading the bytes in use once and compressing them with zstd -3 on all cores.</summary>
    Compressed,

    /// <summary>Copying the bytes in use.</summary>
    Copied,
}

/// <summary>A way to make a card image smaller, as a command line in the bench's folder.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Floor">What it is compared with.</param>
/// <param name="CommandLine">
/// Reads card.img, used.bin (the bytes in use, one behind the other) or, where it changes its input, work.img, a fresh copy of
/// the card; writes to out.*.
/// </param>
/// <param name="Tools">The programs that it needs, beside the usual ones.</param>
internal sealed record Contender(string Name, Floor Floor, string CommandLine, params string[] Tools)
{
    /// <summary>Whether it changes its input, so that it gets a copy of the card first, which is not measured.</summary>
    public bool NeedsCopy => CommandLine.Contains("work.img", StringComparison.Ordinal)
        && !CommandLine.Contains("cp --sparse", StringComparison.Ordinal);

    /// <summary>The tools that are missing, and root where it takes that.</summary>
    public IEnumerable<string> Missing =>
    [
        .. Tools.Where(tool => !Array.Exists(Folders, folder => File.Exists(Path.Combine(folder, tool)))),
        .. Tools.Contains("losetup") && !Environment.IsPrivilegedProcess ? (string[])["being root"] : [],
    ];

    private static string[] Folders { get; } =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin", "/usr/local/sbin"];

    /// <summary>All of them; the first of each floor is the floor itself.</summary>
    /// <param name="imgshrink">How ImgShrink is called.</param>
    /// <param name="root">Where the root's file system starts on the card, in bytes.</param>
    /// <param name="withSlow">Whether those that take many times as long take part.</param>
    public static IReadOnlyList<Contender> All(string imgshrink, long root, bool withSlow)
    {
        string loop = $"loop=$(losetup --find --show --offset {root} work.img) && trap 'losetup -d $loop' EXIT";
        // PiShrink, without its probing, the new table, its edits of files, and its wiping of the free space.
        string piShrink = $"cp --sparse=always card.img work.img && {loop} && {{ e2fsck -pf $loop || [ $? -lt 4 ]; }}"
            + " && resize2fs -M $loop && length=$(dumpe2fs -h $loop | awk '/^Block count:/ { n = $3 } /^Block size:/ { s = $3 }"
            + $" END {{ printf \"%d\", n * s + {root} }}') && truncate -s $length work.img";
        string[] e2fsprogs = ["losetup", "e2fsck", "resize2fs", "dumpe2fs"];
        List<Contender> all =
        [
            new("floor: zstd -3 -T0 of the bytes in use", Floor.Compressed, "zstd -3 -T0 -q -f used.bin -o out.zst", "zstd"),
            new("**ImgShrink**, to .img.zst", Floor.Compressed, $"{imgshrink} shrink card.img out.img.zst -q --force"),
            new("ImgShrink, to .img.zst, --verify none", Floor.Compressed,
                $"{imgshrink} shrink card.img out.img.zst -q --force --verify none"),
            new("PiShrink's steps, zstd -3 -T0", Floor.Compressed, $"{piShrink} && zstd -3 -T0 -q -f work.img -o out.zst",
                [.. e2fsprogs, "zstd"]),
            new("qemu-img convert -c -O qcow2 (zstd)", Floor.Compressed,
                "qemu-img convert -c -f raw -O qcow2 -o compression_type=zstd card.img out.qcow2", "qemu-img"),
            new("floor: copy of the bytes in use", Floor.Copied, "cp used.bin out.bin"),
            new("**ImgShrink**, to .img", Floor.Copied, $"{imgshrink} shrink card.img out.img -q --force"),
            new("PiShrink's steps, not compressed", Floor.Copied, piShrink, e2fsprogs),
            new("resize2fs -M alone, in place", Floor.Copied, $"{loop} && resize2fs -f -M $loop", e2fsprogs),
            new("e2image -ra", Floor.Copied, $"e2image -ra -o {root} card.img out.img", "e2image"),
            new("partclone.extfs -c", Floor.Copied,
                "partclone.extfs -c -q -L /dev/null -s root.img -O out.partclone", "partclone.extfs"),
            new("qemu-img convert -O raw", Floor.Copied, "qemu-img convert -f raw -O raw card.img out.img", "qemu-img"),
            new("bmaptool create and copy", Floor.Copied,
                "bmaptool -q create -o out.bmap card.img && bmaptool -q copy --bmap out.bmap card.img out.img", "bmaptool"),
        ];
        if (withSlow)
        {
            all.Insert(4, new Contender("PiShrink's steps, xz -T0", Floor.Compressed, $"{piShrink} && xz -T0 -c work.img >out.xz",
                [.. e2fsprogs, "xz"]));
        }

        return all;
    }
}
