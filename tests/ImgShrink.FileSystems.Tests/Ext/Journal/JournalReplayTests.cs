using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Recovery;

namespace ImgShrink.FileSystems.Tests.Ext.Journal;

/// <summary>Logs written by hand, and what the volume looks like behind their replay.</summary>
public class JournalReplayTests
{
    // Free on the test images.
    private const ulong A = 7900, B = 7901, C = 7902, D = 7903;

    private readonly EditedImage _image = new("ext4");

    public static TheoryData<string> Forms => [.. LogForm.All.Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Complete_transactions_are_replayed_and_nothing_else(string form)
    {
        Log(form).Write(1, A, B, C).Write(2, D).Commit().Write(3, B).Commit().Write(4, A, C);
        ExtVolume volume = Replayed(2, 4);
        ExpectContent(volume, (A, 1), (B, 3), (C, 1), (D, 2));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_volume_is_clean_behind_it_and_its_journal_empty(string form)
    {
        Log(form).Write(1, A).Commit();
        _image.Superblock(superblock => (superblock.FreeBlocks, superblock.FreeInodes) = (17, 4));
        ExtVolume volume = Replayed(1, 1);
        Assert.Empty(Audit.Run(volume).Findings);
        Assert.Equal(IncompatFeatures.None, volume.Superblock.Incompat & IncompatFeatures.NeedsRecovery);
        ExtVolume again = ExtVolume.Open(volume.Store);
        Assert.Null(again.Recovery);
        var journal = new JournalSuperblock(volume.ReadBlock(_image.BlockOf(TestLog.Journal, 0)));
        Assert.Equal((0u, 102u), (journal.Start, journal.Sequence));
        Assert.True(!journal.HasChecksums || journal.Checksum == journal.ComputeChecksum());
        Assert.NotNull(volume.PlanShrink(ShrinkRoom.None, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Revoked_blocks_are_replayed_only_from_later_transactions(string form)
    {
        Log(form)
            .Write(1, A, B, C, D).Commit()
            .Revoke(A, B, C).Write(2, C).Commit()
            .Write(3, B).Commit();
        // C was revoked in the transaction that logged it again, and that counts.
        ExpectContent(Replayed(3, 2), (A, 0), (B, 3), (C, 0), (D, 1));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Blocks_that_begin_with_the_magic_number_are_restored(string form)
    {
        byte[] content = TestLog.Filled(9);
        Be.Put32(content, 0, JournalBlock.ExpectedMagic);
        Log(form).Write((A, content), (B, TestLog.Filled(8))).Commit();
        ExtVolume volume = Replayed(1, 2);
        Assert.Equal(content, volume.ReadBlock((long)A));
        Assert.Equal(content[1..1024], volume.Store.ReadBytes((long)A * 1024 + 1, 1023));
        Assert.Equal(content[2..3], volume.Store.ReadBytes((long)A * 1024 + 2, 1));
        Assert.Equal(content[3..9], volume.Store.ReadBytes((long)A * 1024 + 3, 6));
        Assert.Equal(content[900..].Concat(TestLog.Filled(8)), volume.Store.ReadBytes((long)A * 1024 + 900, 1024 + 124));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_log_goes_on_at_its_first_block(string form)
    {
        Log(form, start: 1019).Write(1, A, B).Commit().Write(2, B, C).Commit().Revoke(A).Write(3, D).Commit();
        ExpectContent(Replayed(3, 3), (A, 0), (B, 2), (C, 2), (D, 3));
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0u)]
    public void Numbers_of_transactions_go_round(uint sequence)
    {
        Log("v3", sequence).Write(1, A, B).Commit().Revoke(A).Commit().Write(2, A).Revoke(B).Commit();
        ExpectContent(Replayed(3, 1), (A, 2), (B, 0));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Leftovers_of_other_transactions_end_the_log(string form)
    {
        TestLog log = Log(form).Write(1, A).Commit();
        uint place = log.Place;
        log.Write(2, B).Commit().Damage(place, block => Be.Put32(block, 8, 55));
        ExpectContent(Replayed(1, 1), (A, 1), (B, 0));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1, 64 bits")]
    [InlineData("v2")]
    [InlineData("v3")]
    public void A_commit_that_fails_its_checksum_ends_the_log(string form)
    {
        TestLog log = Log(form).Write(1, A).Commit().Write(2, B);
        log.Damage(Committed(log), block => block[0x11] ^= 1).Write(3, C).Commit();
        ExpectContent(Replayed(1, 1), (A, 1), (B, 0), (C, 0));
    }

    [Fact]
    public void A_transaction_that_is_torn_ends_the_log_where_commits_tell()
    {
        TestLog log = Log("v1").Write(1, A).Commit();
        uint descriptor = log.Place;
        log.Write(2, B).Commit().Damage(descriptor + 1, block => block[500] ^= 1);
        ExpectContent(Replayed(1, 1), (A, 1), (B, 0));
    }

    [Fact]
    public void A_commit_may_leave_its_checksum_out()
    {
        TestLog log = Log("v1").Write(1, A);
        log.Damage(Committed(log), block => block[0xC..0x14].Clear());
        ExpectContent(Replayed(1, 1), (A, 1));
    }

    [Theory]
    [InlineData("v2", "descriptor block 4")]
    [InlineData("v3, 64 bits", "descriptor block 4")]
    [InlineData("v3", "revoke block 6")]
    public void A_damaged_block_of_a_newer_commit_is_damage_and_of_an_older_one_the_end(string form, string block)
    {
        uint place = uint.Parse(block.Split(' ')[^1]);
        Log(form).Write(1, A).Commit(1_700_000_000).Write(2, B).Revoke(C).Commit(1_600_000_000).Damage(place, bytes => bytes[900] ^= 1);
        ExpectContent(Replayed(1, 1), (A, 1), (B, 0));

        Log(form).Write(1, A).Commit(1_700_000_000).Write(2, B).Revoke(C).Commit(1_700_000_000).Damage(place, bytes => bytes[900] ^= 1);
        Assert.StartsWith($"journal, {block}: its checksum is 0x", Damage());
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v2, 64 bits")]
    [InlineData("v3")]
    public void A_logged_block_that_fails_its_checksum_is_damage(string form)
    {
        Log(form).Write(1, A, B).Commit().Damage(3, bytes => bytes[77] ^= 1);
        Assert.StartsWith($"journal, transaction 100: t_checksum of block {B} is 0x", Damage());
    }

    [Fact]
    public void An_empty_log_leaves_nothing_but_the_flag_to_be_cleared()
    {
        Log("v3").Write(1, A).Commit().Superblock(bytes => Be.Put32(bytes, 0x1C, 0));
        byte[] journal = _image.Volume.ReadBlock(_image.BlockOf(TestLog.Journal, 0));
        ExtVolume volume = Replayed(0, 0);
        Assert.Equal(IncompatFeatures.None, volume.Superblock.Incompat & IncompatFeatures.NeedsRecovery);
        Assert.Equal(journal, volume.ReadBlock(_image.BlockOf(TestLog.Journal, 0)));
        Assert.Empty(Audit.Run(volume).Findings);
    }

    [Fact]
    public void The_superblock_of_the_log_counts()
    {
        byte[] logged = _image.Volume.ReadBlock(1);
        var superblock = new Superblock(logged) { Label = "logged" };
        superblock.Checksum = superblock.ComputeChecksum();
        Log("v3").Write((1, logged)).Commit();
        Assert.Equal("logged", Replayed(1, 1).Label);
    }

    [Fact]
    public void The_journal_is_found_by_the_copy_of_its_map()
    {
        Log("v3").Write(1, A).Commit();
        byte[] inode = _image.Volume.ReadInode(new InodeNumber(8));
        _image.RawInode(8, broken => broken.Block.Clear());
        ExtVolume volume = Replayed(1, 1);
        ExpectContent(volume, (A, 1));
        // The inode itself is still what it was, and not mended in silence.
        Assert.Contains(Audit.Run(volume).Findings, finding => finding.Structure == "inode 8");
        _image.Superblock(superblock => superblock.JournalBackupType = 0);
        Assert.StartsWith("inode 8: i_checksum is 0x", Damage());
        Assert.NotEmpty(inode);
    }

    [Fact]
    public void A_volume_that_was_replayed_is_copied_whole()
    {
        Log("v3").Write(1, A).Commit();
        Assert.Equal([new ByteRange(0, 8 << 20)], Replayed(1, 1).DataRanges().Ranges());
    }

    [Fact]
    public void A_log_that_fills_the_journal_with_one_transaction_ends()
    {
        TestLog log = Log("plain");
        for (int i = 0; i < 511; i++)
            log.Write(1, A);
        log.Superblock(bytes => Be.Put32(bytes, 0x1C, 1));
        ExpectContent(Replayed(0, 0), (A, 0));
    }

    private static uint Committed(TestLog log)
    {
        uint place = log.Place;
        log.Commit();
        return place;
    }

    private TestLog Log(string form, uint sequence = 100, uint start = 1) => new(_image, LogForm.Named(form), sequence, start);

    private ExtVolume Replayed(int transactions, int blocks)
    {
        ExtVolume volume = _image.Reopen();
        Assert.Null(volume.Obstacle);
        Assert.Equal(new RecoveryRecord(transactions, blocks, 0, 0), volume.Recovery);
        return volume;
    }

    private string Damage() => Assert.Throws<CorruptImageException>(() => _image.Reopen()).Findings[0].ToString();

    private static void ExpectContent(ExtVolume volume, params (ulong Block, byte Content)[] expected)
    {
        foreach (var (block, content) in expected)
            Assert.Equal(TestLog.Filled(content), volume.ReadBlock((long)block));
    }
}
