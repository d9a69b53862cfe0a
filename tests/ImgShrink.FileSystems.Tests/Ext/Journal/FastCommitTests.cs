using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext.Journal;

/// <summary>Fast commits behind the log: those that count are refused, and nothing else is.</summary>
public class FastCommitTests
{
    private const uint End = 960;
    private const ushort InodeTag = 6, PadTag = 7, TailTag = 8, HeadTag = 9;

    private readonly EditedImage _image = new("ext4");
    private readonly byte[] _area = new byte[2 * 1024];
    private int _at;
    private uint _sum;

    [Theory]
    [InlineData(End)]
    [InlineData(End + 1)]
    public void One_for_the_next_transaction_is_refused(uint place)
    {
        TestLog log = Log();
        Head(101).Record(InodeTag, 60).Tail(101);
        ExpectRefused(Put(log, place), "holds fast commits (for transaction 101)");
    }

    [Fact]
    public void It_may_take_several_blocks()
    {
        TestLog log = Log();
        Head(101).Record(InodeTag, 60).Record(PadTag, 1024 - 12 - 64 - 4).Record(InodeTag, 60).Tail(101);
        ExpectRefused(Put(log, End + 1), "holds fast commits (for transaction 101)");
    }

    [Theory]
    [InlineData("another head")]
    [InlineData("another tail")]
    [InlineData("its checksum")]
    [InlineData("no tail")]
    [InlineData("no head")]
    [InlineData("a length over the end")]
    [InlineData("an unknown tag")]
    public void One_that_does_not_count_is_left(string what)
    {
        TestLog log = Log();
        if (what != "no head")
            Head(what == "another head" ? 100u : 101);
        Record(what == "an unknown tag" ? (ushort)10 : InodeTag, 60);
        if (what != "no tail")
            Tail(what == "another tail" ? 102u : 101);
        if (what == "its checksum")
            _area[20] ^= 1;
        if (what == "a length over the end")
            Le.Put16(_area, 14, 1024);
        ExtVolume volume = Put(log, End + 1);
        Assert.Null(volume.Obstacle);
        Assert.Equal(1, volume.Recovery!.Transactions);
    }

    [Fact]
    public void A_log_that_goes_over_its_end_is_refused()
    {
        TestLog log = Log(start: End - 2);
        ExpectRefused(_image.Reopen(), "goes over its end");
        Assert.Equal(2u, log.Place);
    }

    [Fact]
    public void A_log_that_ends_at_its_end_is_not()
    {
        TestLog log = Log(start: End - 3);
        Assert.Equal(1, _image.Reopen().Recovery!.Transactions);
        Assert.Equal(1u, log.Place);
    }

    private TestLog Log(uint start = 1)
    {
        var form = new LogForm("fast commits", JournalIncompatFeatures.Revoke | JournalIncompatFeatures.ChecksumV3 | JournalIncompatFeatures.FastCommit, Sums: false);
        return new TestLog(_image, form, start: start) { End = End }
            .Superblock(bytes => Be.Put32(bytes, 0x54, 1024 - End)).Write(1, 7900).Commit();
    }

    private FastCommitTests Head(uint transaction)
    {
        Le.Put32(_area, _at + 8, transaction);
        return Record(HeadTag, 8);
    }

    private FastCommitTests Record(ushort tag, int length)
    {
        Le.Put16(_area, _at, tag);
        Le.Put16(_area, _at + 2, (ushort)length);
        _sum = Crc32C.Append(_sum, _area.AsSpan(_at, 4 + length));
        _at += 4 + length;
        return this;
    }

    private void Tail(uint transaction)
    {
        Le.Put16(_area, _at, TailTag);
        Le.Put16(_area, _at + 2, 8);
        Le.Put32(_area, _at + 4, transaction);
        Le.Put32(_area, _at + 8, Crc32C.Append(_sum, _area.AsSpan(_at, 8)));
    }

    private ExtVolume Put(TestLog log, uint place)
    {
        log.Damage(place, block => _area.AsSpan(0, 1024).CopyTo(block));
        log.Damage(place + 1, block => _area.AsSpan(1024).CopyTo(block));
        return _image.Reopen();
    }

    private static void ExpectRefused(ExtVolume volume, string because)
    {
        Assert.Contains(because, volume.Obstacle);
        Assert.Null(volume.Recovery);
    }
}
