using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Journal;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext.Journal;

/// <summary>Writes a log into the journal of a test image, in any form that there is, block by block.</summary>
internal sealed class TestLog
{
    public const uint Journal = 8;

    private readonly EditedImage _image;
    private readonly JournalIncompatFeatures _features;
    private readonly bool _sums;
    private readonly JournalChecksums? _checksums;
    private readonly List<byte[]> _summed = [];

    /// <summary>Makes an empty log whose first transaction will be written at a block.</summary>
    public TestLog(EditedImage image, LogForm form, uint sequence = 100, uint start = 1)
    {
        (_image, _features, _sums, Place, Transaction) = (image, form.Features, form.Sums, start, sequence);
        Superblock(bytes =>
        {
            Be.Put32(bytes, 0x4, (uint)JournalBlockType.SuperblockV2);
            Be.Put32(bytes, 0x18, sequence);
            Be.Put32(bytes, 0x1C, start);
            Be.Put32(bytes, 0x24, form.Sums ? 1u : 0);
            Be.Put32(bytes, 0x28, (uint)form.Features);
            bytes[0x50] = 4;
        });
        var superblock = new JournalSuperblock(Read(0));
        if (superblock.HasChecksums)
            _checksums = new JournalChecksums(superblock.Uuid, form.Features.HasFlag(JournalIncompatFeatures.ChecksumV2) ? 0xFFFF : uint.MaxValue);
        image.Superblock(volume => volume.Incompat |= IncompatFeatures.NeedsRecovery);
    }

    /// <summary>The block of the journal that comes next.</summary>
    public uint Place { get; private set; }

    /// <summary>The transaction that is being written.</summary>
    public uint Transaction { get; private set; }

    /// <summary>The first block behind the log.</summary>
    public uint End { get; set; } = 1024;

    /// <summary>Logs one content for some blocks, under one descriptor.</summary>
    public TestLog Write(byte content, params ulong[] targets) => Write([.. targets.Select(target => (target, Filled(content)))]);

    /// <summary>Logs blocks under one descriptor; those that begin with the magic number are escaped.</summary>
    public TestLog Write(params (ulong Target, byte[] Content)[] blocks)
    {
        var descriptor = new byte[1024];
        Header(descriptor, JournalBlockType.Descriptor);
        uint descriptorPlace = Take();
        int size = JournalTag.SizeFor(_features), at = JournalBlock.HeaderSize;
        var logged = new List<byte[]>();
        foreach (var (target, content) in blocks)
        {
            byte[] stored = [.. content];
            bool escaped = Be.U32(stored, 0) == JournalBlock.ExpectedMagic;
            if (escaped)
                Be.Put32(stored, 0, 0);
            uint flags = (escaped ? 1u : 0) | (at > JournalBlock.HeaderSize ? 2u : 0) | (logged.Count == blocks.Length - 1 ? 8u : 0);
            Tag(descriptor.AsSpan(at, size), target, flags, _checksums?.OfLogged(Transaction, stored) ?? 0);
            at += size + (at > JournalBlock.HeaderSize ? 0 : 16);
            logged.Add(stored);
        }

        Put(descriptorPlace, Tailed(descriptor));
        _summed.Add(descriptor);
        foreach (byte[] stored in logged)
            Put(Take(), stored);
        _summed.AddRange(logged);
        return this;
    }

    public TestLog Revoke(params ulong[] blocks)
    {
        var bytes = new byte[1024];
        Header(bytes, JournalBlockType.Revoke);
        bool wide = _features.HasFlag(JournalIncompatFeatures.Bit64);
        int at = 16;
        foreach (ulong block in blocks)
        {
            if (wide)
                Be.Put32(bytes, at, (uint)(block >> 32));
            Be.Put32(bytes, wide ? at + 4 : at, (uint)block);
            at += wide ? 8 : 4;
        }

        Be.Put32(bytes, 0xC, (uint)at);
        Put(Take(), Tailed(bytes));
        return this;
    }

    public TestLog Commit(uint time = 1_700_000_000)
    {
        var bytes = new byte[1024];
        Header(bytes, JournalBlockType.Commit);
        Be.Put32(bytes, 0x34, time);
        if (_sums)
        {
            (bytes[0xC], bytes[0xD]) = (1, 4);
            Be.Put32(bytes, 0x10, _summed.Aggregate(uint.MaxValue, (sum, block) => Crc32Be.Append(sum, block)));
        }

        if (_checksums is not null)
            Be.Put32(bytes, 0x10, _checksums.OfCommit(new JournalBlock(bytes)));
        Put(Take(), bytes);
        Transaction = unchecked(Transaction + 1);
        _summed.Clear();
        return this;
    }

    /// <summary>Changes the journal's superblock and renews its checksum.</summary>
    public TestLog Superblock(EditedImage.BlockEdit edit)
    {
        _image.Block(_image.BlockOf(Journal, 0), bytes =>
        {
            edit(bytes);
            var superblock = new JournalSuperblock(bytes);
            if (superblock.HasChecksums)
                superblock.Checksum = superblock.ComputeChecksum();
        });
        return this;
    }

    /// <summary>Changes a block of the journal, and no checksum.</summary>
    public TestLog Damage(uint place, EditedImage.BlockEdit edit)
    {
        _image.Block(_image.BlockOf(Journal, (int)place), edit);
        return this;
    }

    public byte[] Read(uint place) => _image.Volume.ReadBlock(_image.BlockOf(Journal, (int)place));

    public static byte[] Filled(byte content)
    {
        var bytes = new byte[1024];
        bytes.AsSpan().Fill(content);
        return bytes;
    }

    private void Tag(Span<byte> tag, ulong target, uint flags, uint checksum)
    {
        bool v3 = _features.HasFlag(JournalIncompatFeatures.ChecksumV3);
        Be.Put32(tag, 0, unchecked((uint)target));
        Be.Put32(tag, 4, v3 ? flags : checksum << 16 | flags);
        if (_features.HasFlag(JournalIncompatFeatures.Bit64))
            Be.Put32(tag, 8, (uint)(target >> 32));
        if (v3)
            Be.Put32(tag, 12, checksum);
    }

    private void Header(byte[] bytes, JournalBlockType type)
    {
        Be.Put32(bytes, 0, JournalBlock.ExpectedMagic);
        Be.Put32(bytes, 4, (uint)type);
        Be.Put32(bytes, 8, Transaction);
    }

    private byte[] Tailed(byte[] bytes)
    {
        if (_checksums is not null)
            Be.Put32(bytes, bytes.Length - 4, _checksums.OfTail(new JournalBlock(bytes)));
        return bytes;
    }

    private void Put(uint place, byte[] bytes) => _image.Volume.WriteBlock(_image.BlockOf(Journal, (int)place), bytes);

    private uint Take()
    {
        uint place = Place;
        Place = place + 1 == End ? 1 : place + 1;
        return place;
    }
}

/// <summary>One way to write a log.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Features">s_feature_incompat of the journal.</param>
/// <param name="Sums">Whether commit blocks have a checksum over their transaction.</param>
internal sealed record LogForm(string Name, JournalIncompatFeatures Features, bool Sums)
{
    private const JournalIncompatFeatures Revoke = JournalIncompatFeatures.Revoke, Wide = Revoke | JournalIncompatFeatures.Bit64;

    public static IReadOnlyList<LogForm> All { get; } =
    [
        new("plain", Revoke, Sums: false),
        new("plain, 64 bits", Wide, Sums: false),
        new("v1", Revoke, Sums: true),
        new("v1, 64 bits", Wide, Sums: true),
        new("v2", Revoke | JournalIncompatFeatures.ChecksumV2, Sums: false),
        new("v2, 64 bits", Wide | JournalIncompatFeatures.ChecksumV2, Sums: false),
        new("v3", Revoke | JournalIncompatFeatures.ChecksumV3, Sums: false),
        new("v3, 64 bits", Wide | JournalIncompatFeatures.ChecksumV3, Sums: false),
    ];

    public static LogForm Named(string name) => All.Single(form => form.Name == name);
}
