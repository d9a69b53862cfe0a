using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Files;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.Testing;
using Xunit.Abstractions;

namespace ImgShrink.OracleTests.Ext;

/// <summary>
/// Every structure damaged in turn, with its checksum renewed so that nothing but the damage can be seen. What is planned all the
/// same holds what was there, and e2fsck has no more to say of it than of what it was made from.
/// </summary>
public sealed class StructureDamageTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Changes to each structure; IMGSHRINK_ROUNDS asks for more.</summary>
    private static readonly int _rounds = int.TryParse(Environment.GetEnvironmentVariable("IMGSHRINK_ROUNDS"), out int rounds) ? rounds : 40;

    private static readonly uint[] _words = [0, 1, 2, 11, 12, 13, 255, 1024, 8191, 8192, 0x7FFFFFFF, 0x80000000, uint.MaxValue];

    private static readonly string[] _carriedOver = ["Optimize? no", " time is in the future", "by less than a day"];

    private const string Fill = """
        mkdir -p dir/below indexed late
        for i in $(seq 100 219); do : > "indexed/a-name-that-is-long-enough-to-need-an-index-$i"; done
        for i in $(seq 0 2 200); do printf "block $i" | dd of=spread bs=1024 seek="$i" conv=notrunc status=none; done
        for i in $(seq 0 40 1200); do printf "block $i" | dd of=far bs=1024 seek="$i" conv=notrunc status=none; done
        head -c 300000 /dev/urandom > ballast
        for i in $(seq 40); do head -c 1500 /dev/zero | tr '\0' "$((i % 10))" > "late/file$i"; done
        ln spread dir/hard; ln -s spread link; rm ballast
        """;

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Structures
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string structure in (string[])["superblock", "descriptor", "block bitmap", "inode bitmap", "map", "index", "journal"])
            {
                all.Add(structure, "-t ext4 -b 1024 -g 2048 -N 512");
                all.Add(structure, structure is "journal" or "superblock" ? "-t ext4 -b 1024 -g 2048 -N 512 -O meta_bg,^resize_inode,orphan_file"
                    : "-t ext4 -b 1024 -g 2048 -N 512 -O ^metadata_csum,^64bit,^extents,^huge_file,uninit_bg");
            }

            return all;
        }
    }

    public void Dispose() => _folder.Dispose();

    [ExtTheory]
    [MemberData(nameof(Structures))]
    public void It_ends_with_a_typed_error_or_the_same_files(string structure, string options)
    {
        string path = AgedVolume.Format(_folder, "damaged", 8 << 20, options);
        LoopMount.Change(path, Fill);
        Shell.Run("e2fsck", "-fy", path);
        byte[] sound = File.ReadAllBytes(path);
        string[] content = Content(ExtVolume.Open(new MemoryStore(sound)));
        output.WriteLine($"seed {AgedVolume.Seed}");
        int refused = 0, planned = 0, remarked = 0;
        var wrong = new List<string>();
        for (int round = 0; round < _rounds; round++)
        {
            var chance = new Random(AgedVolume.Seed * 100_000 + round);
            ExtVolume volume = ExtVolume.Open(new MemoryStore([.. sound]));
            string change = $"round {round}, {Damage(volume, structure, chance)}";
            TargetView? view = TryShrink(volume, change);
            if (view is null)
            {
                refused++;
                continue;
            }

            planned++;
            Write(path, view.Bytes);
            bool resultSilent = E2fsck.IsSilent(path, 0, out string ofResult);
            string[] kept = Content(ExtVolume.Open(view.Bytes));
            if (!kept.SequenceEqual(content))
                wrong.Add($"{change}: {kept.Except(content).FirstOrDefault()} was {content.Except(kept).FirstOrDefault()}");
            if (resultSilent)
                continue;
            Write(path, volume.Store);
            remarked++;
            E2fsck.IsSilent(path, 0, out string ofSource);
            // That a tree could be smaller is advice, and a time in the future is carried over; of all else there is a remark.
            bool isRemarked = ExtVolume.Open(volume.Store).Remark() is not null;
            string[] news = [.. isRemarked ? Remarks(ofResult).Except(Remarks(ofSource)) : Remarks(ofResult)];
            if (Array.Exists(news, line => !_carriedOver.Any(line.Contains)))
                wrong.Add($"{change}: it was planned, and e2fsck says\n{string.Join('\n', news)}");
        }

        output.WriteLine($"{structure}: {refused} of {_rounds} refused, {planned} planned, {remarked} of them with a remark");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(refused, 1, _rounds);
    }

    /// <summary>What e2fsck says besides its passes and its summary; numbers do not matter, for those of blocks change.</summary>
    private static IEnumerable<string> Remarks(string said) => said.Split('\n')
        .Where(line => line.Trim().Length > 0 && !line.StartsWith("Pass ") && !line.StartsWith("e2fsck ") && !line.Contains(" files ("))
        .Select(line => System.Text.RegularExpressions.Regex.Replace(line, "[0-9]+", "#"));

    private static TargetView? TryShrink(ExtVolume damaged, string change)
    {
        try
        {
            ExtVolume volume = ExtVolume.Open(damaged.Store);
            Assert.InRange(volume.DataRanges().TotalBytes, 0, damaged.Store.Length);
            return volume.PlanShrink(ShrinkRoom.None, CancellationToken.None).View;
        }
        catch (VerificationException unsound)
        {
            throw new UnreachableException($"{change}: {unsound.Message}", unsound);
        }
        catch (ImgShrinkException)
        {
            return null;
        }
        catch (Exception accident) when (accident is not Xunit.Sdk.XunitException)
        {
            throw new UnreachableException($"{change}: {accident.Message}", accident);
        }
    }

    private static string Damage(ExtVolume volume, string structure, Random chance)
    {
        switch (structure)
        {
            case "superblock":
                byte[] bytes = volume.Store.ReadBytes(Superblock.Offset, Superblock.Size);
                string change = Change(bytes.AsSpan(0, 0x290), chance);
                var superblock = new Superblock(bytes);
                superblock.Checksum = superblock.ComputeChecksum();
                volume.Store.Write(Superblock.Offset, bytes);
                return change;
            case "descriptor":
                int group = chance.Next(volume.Geometry.GroupCount);
                string field = Change(volume.Groups[group].Bytes, chance);
                volume.StoreGroups();
                return $"group {group}, {field}";
            case "block bitmap" or "inode bitmap":
                return DamageBitmap(volume, structure == "block bitmap", chance);
            case "map":
                return DamageMap(volume, chance);
            case "index":
                return DamageIndex(volume, chance);
            default:
                long block = BlockMap.Read(volume, InodeNumber.Journal, new Inode(volume.ReadInode(InodeNumber.Journal))).Extents[0].Physical;
                byte[] journal = volume.ReadBlock(block);
                string where = Change(journal.AsSpan(0, 0x100), chance);
                // A journal that is wanted is replayed, from wherever the damage says.
                Superblock of = volume.Superblock;
                if (chance.Next(2) == 0)
                    of.Incompat |= IncompatFeatures.NeedsRecovery;
                volume.StoreSuperblock();
                volume.WriteBlock(block, journal);
                return where;
        }
    }

    private static string DamageBitmap(ExtVolume volume, bool ofBlocks, Random chance)
    {
        int group = chance.Next(volume.Geometry.GroupCount);
        GroupDescriptor descriptor = volume.Groups[group];
        long block = ofBlocks ? descriptor.BlockBitmap : descriptor.InodeBitmap;
        byte[] bitmap = volume.ReadBlock(block);
        int bits = ofBlocks ? volume.Geometry.BlocksPerGroup : volume.Geometry.InodesPerGroup;
        string change = Change(chance.Next(3) == 0 ? bitmap : bitmap.AsSpan(0, bits / 8), chance);
        volume.WriteBlock(block, bitmap);
        uint checksum = volume.Checksums.Bitmap(bitmap, bits, volume.Geometry.DescriptorSize);
        if (ofBlocks)
            descriptor.BlockBitmapChecksum = checksum;
        else
            descriptor.InodeBitmapChecksum = checksum;
        volume.StoreGroups();
        return $"group {group}, {change}";
    }

    /// <summary>The root of a map in its inode, or one of its blocks.</summary>
    private static string DamageMap(ExtVolume volume, Random chance)
    {
        var files = new List<InodeNumber>();
        volume.VisitInodes((number, inode) =>
        {
            if (inode.HasBlockMap && number.Value >= volume.Geometry.FirstInode)
                files.Add(number);
        });
        InodeNumber chosen = files[chance.Next(files.Count)];
        var inode = new Inode(volume.ReadInode(chosen));
        List<MapNode> nodes = BlockMap.Read(volume, chosen, inode).Nodes;
        if (nodes.Count == 0)
        {
            string root = Change(inode.Block, chance);
            volume.WriteInode(chosen, inode);
            return $"{chosen}, {root}";
        }

        long block = nodes[chance.Next(nodes.Count)].Block;
        byte[] bytes = volume.ReadBlock(block);
        string change = Change(bytes.AsSpan(0, chance.Next(3) == 0 ? bytes.Length : 60), chance);
        if (inode.HasExtents && volume.Checksums.Metadata && new ExtentNode(bytes).ChecksumOffset <= bytes.Length - 4)
            Le.Put32(bytes, new ExtentNode(bytes).ChecksumOffset, ExtChecksums.OfExtentNode(
                volume.Checksums.InodeSeed(chosen, inode.Generation), bytes, new ExtentNode(bytes)));
        volume.WriteBlock(block, bytes);
        return $"{chosen}, node {block}, {change}";
    }

    private static string DamageIndex(ExtVolume volume, Random chance)
    {
        InodeNumber directory = new PathWalker(volume).Find("/indexed", followLast: false)!.Value.Target!.Value;
        var inode = new Inode(volume.ReadInode(directory));
        long block = BlockMap.Read(volume, directory, inode).Extents[0].Physical;
        byte[] bytes = volume.ReadBlock(block);
        DirectoryBlock before = DirectoryBlock.Open(bytes, directory, 0, indexed: true, volume.Checksums.Metadata);
        int limit = before.Limit;
        string change = Change(bytes.AsSpan(0, DirectoryBlock.RootCountOffset + 8 * before.Count), chance);
        if (volume.Checksums.Metadata && before.Limit == limit && before.Count <= limit)
            before.StoreChecksum(volume.Checksums.InodeSeed(directory, inode.Generation));
        volume.WriteBlock(block, bytes);
        return $"{directory}, {change}";
    }

    private static string Change(Span<byte> bytes, Random chance)
    {
        int at = chance.Next(bytes.Length - 3) & (chance.Next(2) == 0 ? ~3 : ~0);
        uint before = Le.U32(bytes, at);
        switch (chance.Next(4))
        {
            case 0: bytes[at] ^= (byte)(1 << chance.Next(8)); break;
            case 1: bytes[at] = (byte)chance.Next(256); break;
            case 2: Le.Put16(bytes, at, unchecked((ushort)(Le.U16(bytes, at) + chance.Next(-4, 5)))); break;
            default: Le.Put32(bytes, at, _words[chance.Next(_words.Length)]); break;
        }

        return $"0x{at:X}: 0x{before:X8} to 0x{Le.U32(bytes, at):X8}";
    }

    /// <summary>A line for every name: what it is, whose, how large, and the hash of its content.</summary>
    private static string[] Content(ExtVolume volume)
    {
        var lines = new List<string>();
        var paths = new PathWalker(volume);
        var left = new Stack<string>(["/"]);
        while (left.TryPop(out string? path))
        {
            InodeNumber number = paths.Find(path, followLast: false)!.Value.Target!.Value;
            var inode = new Inode(volume.ReadInode(number));
            string content = inode.HasBlockMap && !inode.IsDirectory
                ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(new FileContent(volume, number, inode).ReadBytes(0, (int)inode.Size)))
                : "";
            lines.Add($"{path} {inode.Mode:X4} {inode.Owner()} {inode.LinksCount} {(inode.IsDirectory ? 0 : inode.Size)} {inode.ModifyTime} {content}");
            if (!inode.IsDirectory)
                continue;
            foreach (string name in paths.Open(number)!.Names.Keys.Where(name => name is not ("." or "..")))
                left.Push(path == "/" ? $"/{name}" : $"{path}/{name}");
        }

        lines.Sort(StringComparer.Ordinal);
        return [.. lines];
    }

    private static void Write(string path, IBlockSource bytes) =>
        File.WriteAllBytes(path, bytes.ReadBytes(0, (int)bytes.Length));
}
