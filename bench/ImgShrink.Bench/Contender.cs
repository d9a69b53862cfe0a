namespace ImgShrink.Bench;

/// <summary>A way to make a card image smaller, as a command line in the bench's folder.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Group">The table it stands in; all in one are compared with its first.</param>
/// <param name="CommandLine">
/// Reads card.img, used.bin (the bytes in use, one behind the other) or, where it changes its input, work.img, a fresh copy of
/// the card; writes to out.*.
/// </param>
/// <param name="Tools">The programs that it needs, beside the usual ones.</param>
internal sealed record Contender(string Name, string Group, string CommandLine, params string[] Tools)
{
    private const string Compressed = "compressed", Copied = "copied";

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

    /// <summary>
    /// All that start from a card: compared with zstd -3 on all cores of the bytes in use, or with a copy of these bytes.
    /// </summary>
    /// <param name="imgshrink">How ImgShrink is called.</param>
    /// <param name="root">Where the root's file system starts on the card, in bytes.</param>
    /// <param name="withSlow">Whether those that take many times as long take part.</param>
    public static IReadOnlyList<Contender> All(string imgshrink, long root, bool withSlow)
    {
        string loop = $"loop=$(losetup --find --show --offset {root} work.img) && trap 'losetup -d $loop' EXIT";
        // PiShrink, without its probing, the new table, its edits of files, and its wiping of the free space.
        string piShrink = $"cp --sparse=always card.img work.img && {loop} && {{ e2fsck -pf $loop || [ $? -lt 4 ]; }}"
            + $" && resize2fs -M $loop && truncate -s $(({HeaderNumber("Block count")} * {HeaderNumber("Block size")} + {root})) work.img";
        string HeaderNumber(string name) => $"$(dumpe2fs -h $loop | sed -n 's/^{name}: *//p')";
        string[] e2fsprogs = ["losetup", "e2fsck", "resize2fs", "dumpe2fs"];
        List<Contender> all =
        [
            new("floor: zstd -3 -T0 of the bytes in use", Compressed, "zstd -3 -T0 -q -f used.bin -o out.zst", "zstd"),
            new("the floor, flushed to the medium", Compressed, "zstd -3 -T0 -q -f used.bin -o out.zst && sync out.zst", "zstd"),
            new("**ImgShrink**, to .img.zst", Compressed, $"{imgshrink} shrink card.img out.img.zst -q --force"),
            new("ImgShrink, to .img.zst, --verify none", Compressed,
                $"{imgshrink} shrink card.img out.img.zst -q --force --verify none"),
            new("PiShrink's steps, zstd -3 -T0", Compressed, $"{piShrink} && zstd -3 -T0 -q -f work.img -o out.zst",
                [.. e2fsprogs, "zstd"]),
            new("qemu-img convert -c -O qcow2 (zstd)", Compressed,
                "qemu-img convert -c -f raw -O qcow2 -o compression_type=zstd card.img out.qcow2", "qemu-img"),
            new("floor: copy of the bytes in use", Copied, "cp used.bin out.bin"),
            new("the floor, flushed to the medium", Copied, "cp used.bin out.bin && sync out.bin"),
            new("**ImgShrink**, to .img", Copied, $"{imgshrink} shrink card.img out.img -q --force"),
            new("PiShrink's steps, not compressed", Copied, piShrink, e2fsprogs),
            new("resize2fs -M alone, in place", Copied, $"{loop} && resize2fs -f -M $loop", e2fsprogs),
            new("e2image -ra", Copied, $"e2image -ra -o {root} card.img out.img", "e2image"),
            new("partclone.extfs -c", Copied,
                "partclone.extfs -c -q -L /dev/null -s root.img -O out.partclone", "partclone.extfs"),
            new("qemu-img convert -O raw", Copied, "qemu-img convert -f raw -O raw card.img out.img", "qemu-img"),
            new("bmaptool create and copy", Copied,
                "bmaptool -q create -o out.bmap card.img && bmaptool -q copy --bmap out.bmap card.img out.img", "bmaptool"),
        ];
        if (withSlow)
        {
            all.Insert(5, new Contender("PiShrink's steps, xz -T0", Compressed, $"{piShrink} && xz -T0 -c work.img >out.xz",
                [.. e2fsprogs, "xz"]));
        }

        return all;
    }

    /// <summary>
    /// The formats, on image.img, an image that is small already: each beside the tool that made the format known, at the
    /// same level and with the same number of threads.
    /// </summary>
    /// <param name="imgshrink">How ImgShrink is called.</param>
    public static IReadOnlyList<Contender> Formats(string imgshrink)
    {
        string Ours(string output, string more = "") =>
            $"{imgshrink} shrink image.img {output} --no-shrink --all-sectors -q --force {more}";
        return
        [
            new("zstd -3 -T0", ".img.zst", "zstd -3 -T0 -q -f image.img -o out.zst", "zstd"),
            new("**ImgShrink**", ".img.zst", Ours("out.img.zst")),
            new("ImgShrink, --verify none", ".img.zst", Ours("out.img.zst", "--verify none")),
            new("ImgShrink, --seekable", ".img.zst", Ours("out.img.zst", "--seekable")),
            new("ImgShrink, --seekable --verify none", ".img.zst", Ours("out.img.zst", "--seekable --verify none")),
            .. from threads in (int[])[1, 2, 4]
                from each in (Contender[])
                [
                    new($"zstd -3 -T{threads}", $".img.zst, threads: {threads}", $"zstd -3 -T{threads} -q -f image.img -o out.zst", "zstd"),
                    new("ImgShrink", $".img.zst, threads: {threads}", Ours("out.img.zst", $"--threads {threads}")),
                ]
                select each,
            new("zstd -9 -T0", ".img.zst, level 9", "zstd -9 -T0 -q -f image.img -o out.zst", "zstd"),
            new("ImgShrink", ".img.zst, level 9", Ours("out.img.zst", "--level 9")),
            new("xz -6 -T0", ".img.xz", "xz -6 -T0 -c image.img >out.xz", "xz"),
            new("**ImgShrink**", ".img.xz", Ours("out.img.xz", "--level 6")),
            new("ImgShrink, --verify none", ".img.xz", Ours("out.img.xz", "--level 6 --verify none")),
            new("pigz -6", ".img.gz", "pigz -6 -c image.img >out.gz", "pigz"),
            new("**ImgShrink**", ".img.gz", Ours("out.img.gz", "--level 6")),
            new("ImgShrink, --verify none", ".img.gz", Ours("out.img.gz", "--level 6 --verify none")),
            new("7z a -tzip -mx=5", ".zip", "7z a -bd -tzip -mx=5 out.zip image.img", "7z"),
            new("**ImgShrink**", ".zip", Ours("out.zip", "--level 6")),
        ];
    }
}
