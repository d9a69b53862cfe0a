using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>Inodes and attributes changed at random: what e2fsck finds is found, and what it takes for clean is taken.</summary>
public sealed class AuditAgreementTests(ITestOutputHelper output) : IDisposable
{
    private const int Changes = 250;

    // What the kernel refuses to read and e2fsck lets pass; flags whose feature the volume does not have; attribute blocks of
    // inodes in which e2fsck does not look for them; fields of system files.
    private static readonly string[] _stricter =
    [
        "an entry that ends before byte", "expected no such flag: the volume does not have the feature",
        "one of the seven kinds of files", "i_file_acl", "eh_depth", "reserved and not in use", "i_faddr",
        "inode 7: i_blocks", "i_extra_isize is",
        "the content is inline",
    ];

    private const string Fill = """
        big() { head -c "$2" /dev/zero | tr '\0' "$1"; }
        for i in 1 2 3; do echo "$i" > "small$i"; setfattr -n user.a -v "12345" "small$i"; setfattr -n user.bbbbb -v 123456789 "small$i"; done
        for i in 1 2 3; do echo "$i" > "block$i"; setfattr -n user.shared -v "$(big v 300)" "block$i"; setfattr -n user.more -v "$(big w 101)" "block$i"; done
        for i in 1 2; do echo "$i" > "own$i"; setfattr -n user.large -v "$(big x 600)" "own$i"; setfattr -n user.larger -v "$(big y 700)" "own$i" || true; done
        mknod char c 4 300; mknod block b 259 70000; mkfifo fifo; mkdir dir dir/below; ln -s target fast; ln -s "/$(big z 200)" slow
        big t 90 > tiny; for i in 1 2 3 4 5 6 7; do : > "dir/$i"; done
        big l 20000 > large; truncate -s 1G sparse
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [InlineData("-t ext4 -b 1024 -g 2048 -N 256")]
    [InlineData("-t ext4 -b 1024 -g 2048 -N 256 -O ea_inode,orphan_file")]
    [InlineData("-t ext4 -b 1024 -g 2048 -N 256 -O inline_data")]
    [InlineData("-t ext4 -b 1024 -g 2048 -N 256 -O ^metadata_csum,^64bit,^huge_file")]
    public void The_audit_and_e2fsck_agree(string options)
    {
        string path = AgedVolume.Format(_folder, "agreement", 8 << 20, options);
        LoopMount.Change(path, Fill);
        byte[] sound = File.ReadAllBytes(path);
        var chance = new Random(AgedVolume.Seed);
        output.WriteLine($"seed {AgedVolume.Seed}");
        var disagreements = new List<string>();
        for (int i = 0; i < Changes; i++)
        {
            ExtVolume volume = ExtVolume.Open(new MemoryStore(sound));
            string change = chance.Next(3) == 0 ? ChangeBlock(volume, chance) : ChangeInode(volume, chance);
            AuditReport report = Audit.Run(volume);
            bool silent = E2fsckIsSilent(path, sound, volume, out string said);
            bool isStricter = report.Findings.Any(finding => _stricter.Any(finding.ToString().Contains));
            if (silent && !report.IsClean && !isStricter)
                disagreements.Add($"{change}: e2fsck is silent, and {report.Findings[0]}");
            if (!silent && report.IsClean && report.Remarks.Count == 0)
                disagreements.Add($"{change}: nothing is found, and e2fsck says\n{said}");
        }

        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
    }

    private static string ChangeInode(ExtVolume volume, Random chance)
    {
        var numbers = new List<InodeNumber>();
        volume.VisitInodes((number, _) => numbers.Add(number));
        for (uint reserved = 1; reserved < volume.Geometry.FirstInode; reserved++)
            numbers.Add(new InodeNumber(reserved));
        numbers.RemoveAll(number => number == InodeNumber.Journal); // has tests of its own
        InodeNumber chosen = numbers[chance.Next(numbers.Count)];
        var inode = new Inode(volume.ReadInode(chosen));
        bool hasAttributes = inode.XattrArea.ContainsAnyExcept((byte)0);
        string change = hasAttributes && chance.Next(2) == 0
            ? Mutate(inode.XattrArea, chance, "attributes")
            : Mutate(inode.Bytes[..(Inode.CoreSize + 32)], chance, "fields");
        volume.WriteInode(chosen, inode);
        return $"{chosen}, {change}";
    }

    private static string ChangeBlock(ExtVolume volume, Random chance)
    {
        long[] blocks = [.. Audit.Run(volume).Use.XattrBlocks.Keys.Order()];
        long chosen = blocks[chance.Next(blocks.Length)];
        byte[] bytes = volume.ReadBlock(chosen);
        // The entries at the front have more to say than the values.
        string change = Mutate(bytes.AsSpan(0, chance.Next(4) == 0 ? bytes.Length : 80), chance, "attribute block");
        var block = new XattrBlock(bytes);
        if (volume.Checksums.Metadata)
            block.Checksum = volume.Checksums.OfXattrBlock(chosen, bytes);
        volume.WriteBlock(chosen, bytes);
        return $"block {chosen}, {change}";
    }

    private static string Mutate(Span<byte> bytes, Random chance, string what)
    {
        int at = chance.Next(bytes.Length - 4);
        uint before = Le.U32(bytes, at);
        switch (chance.Next(4))
        {
            case 0: bytes[at] ^= (byte)(1 << chance.Next(8)); break;
            case 1: bytes[at] = (byte)chance.Next(256); break;
            case 2: Le.Put16(bytes, at, (ushort)(Le.U16(bytes, at) + chance.Next(-4, 5) & 0xFFFF)); break;
            default: Le.Put32(bytes, at, (uint[])[0, 1, 12, 1000, uint.MaxValue] is var some ? some[chance.Next(some.Length)] : 0); break;
        }

        return $"{what} 0x{at:X}: 0x{before:X8} to 0x{Le.U32(bytes, at):X8}";
    }

    private static bool E2fsckIsSilent(string path, byte[] sound, ExtVolume volume, out string said)
    {
        using (FileStream file = File.OpenWrite(path))
        {
            file.Write(sound);
            foreach (ByteRange range in volume.Store.EditedRanges().Ranges())
            {
                file.Position = range.Start;
                file.Write(volume.Store.ReadBytes(range.Start, (int)range.Length));
            }
        }

        // That a tree could be smaller is advice.
        return E2fsck.IsSilent(path, 0, out said) || said.Contains("Optimize? no");
    }
}
