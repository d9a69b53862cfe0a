using System.Diagnostics;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext.Journal;

/// <summary>One field of a journal at a time, and then some at random.</summary>
public class JournalDamageTests(ITestOutputHelper output)
{
    private const int Rounds = 200;

    private delegate void LogEdit(EditedImage image, TestLog log);

    private static readonly Dictionary<string, (LogEdit Make, string Expected)> _damages = new()
    {
        ["h_magic"] = (Raw(0x0, 0), "journal superblock: h_magic is 0x00000000, expected 0xC03B3998"),
        ["h_blocktype"] = (Field(0x4, 5), "journal superblock: h_blocktype is 5, expected 3 or 4"),
        ["s_blocksize"] = (Field(0xC, 4096), "journal superblock: s_blocksize is 4096, expected 1024"),
        ["s_maxlen"] = (Field(0x10, 1025), "journal superblock: s_maxlen is 1025, expected at most 1024"),
        ["s_first of 0"] = (Field(0x14, 0), "journal superblock: s_first is 0, expected 1 to 1023"),
        ["s_first"] = (Field(0x14, 1024), "journal superblock: s_first is 1024, expected 1 to 1023"),
        ["s_start"] = (Field(0x1C, 1024), "journal superblock: s_start is 1024, expected 0, or 1 to 1023"),
        ["s_start before s_first"] = (Field(0x14, 2), "journal superblock: s_start is 1, expected 0, or 2 to 1023"),
        ["two versions of checksums"] = (Field(0x28, 0x18), "journal superblock: s_feature_incompat is 24, expected one version of checksums"),
        ["v1 and v3"] = (Field(0x24, 1), "journal superblock: s_feature_incompat is 19, expected one version of checksums"),
        ["s_checksum_type"] = (Field(0x50, 0x01000000), "journal superblock: s_checksum_type is 1, expected 4 (crc32c)"),
        ["s_checksum"] = (Raw(0xFC, 1), "journal superblock: s_checksum is 1, expected "),
        ["s_num_fc_blks"] = (FastCommits(1024), "journal superblock: s_num_fc_blks is 1024, expected fewer than 1024"),
        ["the log behind the area for fast commits"] = (FastCommits(1023), "journal superblock: s_first is 1, expected 1 to 0"),
        ["a block outside"] = ((_, log) => log.Write(1, 8192).Commit(), "journal, transaction 100: t_blocknr is 8192, expected inside the volume of 8192 blocks"),
        ["a block far outside"] = ((_, log) => log.Write(1, ulong.MaxValue).Commit(), "journal, transaction 100: t_blocknr is 18446744073709551615, expected inside"),
        ["a block before the first"] = ((_, log) => log.Write(1, 0).Commit(), "journal, transaction 100: t_blocknr is 0, expected inside"),
        ["a block of the journal"] = ((image, log) => log.Write(1, (ulong)image.BlockOf(8, 500)).Commit(), "journal, transaction 100: t_blocknr is #, expected no block of the journal itself"),
        ["map outside of the volume"] = ((image, _) => NoBackup(image, inode => new ExtentNode(inode.Block).SetLeaf(0, new ExtentNode(inode.Block).Leaf(0) with { Physical = 8000 })), "inode 8: ee_start is 8000, expected inside the volume of 8192 blocks"),
        ["a hole in it"] = ((image, _) => NoBackup(image, inode => new ExtentNode(inode.Block).SetLeaf(0, new ExtentNode(inode.Block).Leaf(0) with { Logical = 1 })), "journal: block 0 is a hole, expected a block of the volume"),
        ["an unwritten one"] = ((image, _) => NoBackup(image, inode => new ExtentNode(inode.Block).SetLeaf(0, new ExtentNode(inode.Block).Leaf(0) with { Unwritten = true })), "journal: block 0 is a hole, expected a block of the volume"),
        ["a journal that is a directory"] = ((image, _) => NoBackup(image, inode => inode.Mode = 0x41C0), "inode 8: i_mode is 0x41C0, expected a regular file: it is the journal"),
        ["a journal that is not in use"] = ((image, _) => NoBackup(image, inode => inode.LinksCount = 0), "inode 8: i_links_count and i_mode is 0 and 0x8180, expected an inode in use"),
        ["no journal"] = ((image, _) => image.Superblock(superblock => superblock.Compat &= ~CompatFeatures.HasJournal), "ext superblock: s_feature_incompat is needs_recovery, expected no such flag without a journal"),
        ["r_count"] = ((_, log) => Damaged(log.Revoke(7900), 1, block => Be.Put32(block, 0xC, 1021)), "journal, revoke block 1: r_count is 1021, expected 16 to 1020"),
        ["r_count of less than the header"] = ((_, log) => Damaged(log.Revoke(7900), 1, block => Be.Put32(block, 0xC, 15)), "journal, revoke block 1: r_count is 15, expected 16 to 1020"),
    };

    private static readonly Dictionary<string, (LogEdit Make, string Expected)> _refusals = new()
    {
        ["incompat"] = (Field(0x28, 0x53), "uses an unknown flag 0x40 in s_feature_incompat"),
        ["ro_compat"] = (Field(0x2C, 0x4), "uses an unknown flag 0x4 in s_feature_ro_compat"),
        ["users"] = (Field(0x40, 2), "belongs to 2 file systems (s_nr_users)"),
        ["errno"] = (Field(0x20, unchecked((uint)-5)), "was given up after an error (s_errno -5)"),
        ["errors in the superblock of the log"] = ((image, log) => LogState(image, log, 3), "is marked as having errors (s_state 0x0003"),
    };

    public static TheoryData<string> Damages => [.. _damages.Keys];

    public static TheoryData<string> Refusals => [.. _refusals.Keys];

    [Theory]
    [MemberData(nameof(Damages))]
    public void It_is_found(string name)
    {
        var image = new EditedImage("ext4");
        var log = new TestLog(image, LogForm.Named("v3, 64 bits"));
        _damages[name].Make(image, log);
        string found = Assert.Throws<CorruptImageException>(() => image.Reopen()).Findings[0].ToString();
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(_damages[name].Expected).Replace("\\#", "[0-9]+")}", found);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void It_is_refused_in_a_sentence(string name)
    {
        var image = new EditedImage("ext4");
        _refusals[name].Make(image, new TestLog(image, LogForm.Named("v3, 64 bits")));
        ExtVolume volume = image.Reopen();
        Assert.Contains(_refusals[name].Expected, volume.Obstacle);
        Assert.EndsWith("With --no-shrink it is copied as it is.", volume.Obstacle);
        Assert.Equal([new ByteRange(0, 8 << 20)], volume.DataRanges().Ranges());
        Assert.Null(volume.Recovery);
    }

    [Fact]
    public void A_log_that_waits_while_the_volume_says_it_is_clean_is_damage()
    {
        var image = new EditedImage("ext4");
        new TestLog(image, LogForm.Named("v3")).Write(1, 7900).Commit();
        image.Superblock(superblock => superblock.Incompat &= ~IncompatFeatures.NeedsRecovery);
        Assert.Equal(["journal superblock: s_start is 1, expected 0"], image.Findings());
    }

    [Theory]
    [InlineData("plain", 1)]
    [InlineData("v1, 64 bits", 2)]
    [InlineData("v2", 3)]
    [InlineData("v3, 64 bits", 4)]
    public void Random_damage_ends_with_a_plan_or_a_typed_error(string form, int seed)
    {
        output.WriteLine($"seed {seed}");
        var image = new EditedImage("pi");
        new TestLog(image, LogForm.Named(form), start: 1010)
            .Write(1, 7900, 7901, 7902).Commit().Revoke(7900, 7902).Write(2, 7903, 7904).Commit().Write(3, 7900).Revoke(7904).Commit();
        byte[] whole = image.Volume.Store.ReadBytes(0, 8 << 20);
        long[] places = [.. Enumerable.Range(1009, 15).Concat(Enumerable.Range(0, 8)).Select(i => image.BlockOf(TestLog.Journal, i))];
        int replayed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var chance = new Random(seed * 100_000 + round);
            byte[] bytes = [.. whole];
            for (int i = chance.Next(1, 4); i > 0; i--)
            {
                // Most of what matters is at the start of a block.
                long at = places[chance.Next(places.Length)] * 1024 + (chance.Next(3) > 0 ? chance.Next(80) : chance.Next(1024));
                bytes[at] = chance.Next(2) == 0 ? (byte)chance.Next(256) : (byte)(bytes[at] ^ 1 << chance.Next(8));
            }

            try
            {
                ExtVolume volume = ExtVolume.Open(new MemoryStore(bytes));
                volume.PlanShrink(ShrinkRoom.None, CancellationToken.None);
                replayed++;
            }
            catch (ImgShrinkException)
            {
                // Refused in a sentence: that is what should happen.
            }
            catch (Exception accident)
            {
                throw new UnreachableException($"Seed {seed}, round {round}: {accident.Message}", accident);
            }
        }

        output.WriteLine($"{replayed} of {Rounds} were replayed and planned");
        Assert.InRange(replayed, 1, Rounds - 1);
    }

    private static LogEdit Field(int at, uint value) => (_, log) => log.Superblock(bytes => Be.Put32(bytes, at, value));

    /// <summary>Without a checksum that would hide it, and without a copy of the map that would lead to the same block.</summary>
    private static LogEdit Raw(int at, uint value) => (image, log) =>
    {
        log.Damage(0, bytes => Be.Put32(bytes, at, value));
        image.Superblock(superblock => superblock.JournalBackupType = 0);
    };

    private static LogEdit FastCommits(uint blocks) => (_, log) => log.Superblock(bytes =>
    {
        Be.Put32(bytes, 0x28, 0x33);
        Be.Put32(bytes, 0x54, blocks);
    });

    private static void NoBackup(EditedImage image, EditedImage.InodeEdit edit)
    {
        image.Inode(8, edit);
        image.Superblock(superblock => superblock.JournalBackupType = 0);
    }

    /// <summary>Changes a revoke block of a transaction and renews its checksum.</summary>
    private static void Damaged(TestLog log, uint place, EditedImage.BlockEdit edit) => log.Commit().Damage(place, bytes =>
    {
        edit(bytes);
        var journal = new JournalSuperblock(log.Read(0));
        var checksums = new FileSystems.Ext.Journal.JournalChecksums(journal.Uuid, uint.MaxValue);
        Be.Put32(bytes[^4..], 0, checksums.OfTail(new JournalBlock(bytes)));
    });

    private static void LogState(EditedImage image, TestLog log, ushort state)
    {
        byte[] logged = image.Volume.ReadBlock(1);
        var superblock = new Superblock(logged) { State = state };
        superblock.Checksum = superblock.ComputeChecksum();
        log.Write((1, logged)).Commit();
    }
}
