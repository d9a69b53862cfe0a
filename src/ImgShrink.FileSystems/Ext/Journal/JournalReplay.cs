using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Recovery;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>The journal of a volume that was not unmounted, and the volume as it is when the log is replayed.</summary>
/// <remarks>
/// Three passes: how far the log is complete, which blocks were revoked, and what goes where. Spec: kernel documentation,
/// filesystems/ext4, "Journal (jbd2)".
/// </remarks>
internal sealed class JournalReplay
{
    private readonly ExtVolume _stored;
    private readonly JournalFile _file;
    private readonly JournalFormat _format;
    private readonly Dictionary<long, (long Block, bool Escaped)> _logged = [];

    // The number that the next transaction gets.
    private uint _next;

    private JournalReplay(ExtVolume stored)
    {
        _stored = stored;
        _file = JournalFile.Find(stored);
        _format = JournalFormat.From(new JournalSuperblock(_file.Read(0)), _file, stored.Geometry.BlockSize);
        View = new ReplayedSource(stored.Store, stored.Geometry.BlockSize, _logged);
    }

    /// <summary>The volume with the content of its log in place.</summary>
    public IBlockSource View { get; }

    /// <summary>How many transactions were in the log.</summary>
    public int Transactions { get; private set; }

    /// <summary>How many blocks of the volume the log has another content for.</summary>
    public int Blocks => _logged.Count;

    /// <summary>Replays the journal of a volume that says it needs that.</summary>
    /// <param name="stored">The volume as it is stored, with its group descriptors loaded; it is not changed.</param>
    /// <exception cref="CorruptImageException">The journal is damaged.</exception>
    /// <exception cref="UnsupportedImageException">The journal uses something that is not understood.</exception>
    public static JournalReplay Run(ExtVolume stored)
    {
        var replay = new JournalReplay(stored);
        if (replay._format.Start != 0)
            replay.Run();
        return replay;
    }

    /// <summary>Empties the journal, so that nothing of it is replayed once more.</summary>
    public void Clear(ExtVolume replayed)
    {
        if (_format.Start == 0)
            return;
        byte[] bytes = _file.Read(0);
        var superblock = new JournalSuperblock(bytes) { Start = 0, Sequence = unchecked(_next + 1) };
        if (superblock.HasChecksums)
            superblock.Checksum = superblock.ComputeChecksum();
        replayed.WriteBlock(_file.PlaceOf(0), bytes);
    }

    private void Run()
    {
        CommittedLog log = LogScan.Run(_file, _format);
        (Transactions, _next) = (log.Transactions, log.Next);
        RequireNoFastCommits(log);
        RevokeTable revokes = RevokeTable.Read(_file, _format, log);
        foreach (LoggedBlock block in log.Blocks)
        {
            if (revokes.Covers(block))
                continue;
            RequirePossible(block);
            bool escaped = block.Flags.HasFlag(JournalTagFlags.Escaped);
            _logged[(long)block.Target] = (_file.PlaceOf(block.Place), escaped);
        }
    }

    private void RequireNoFastCommits(CommittedLog log)
    {
        if (!_format.HasFastCommits)
            return;
        if (log.Wraps)
            throw new UnsupportedImageException(
                "The log of the ext volume's journal goes over its end, and the journal has an area for fast commits: how "
                + $"that is to be read is not settled. {RecoveryAdvice.MountOnce}");
        if (FastCommitArea.HasCommit(_file, _format, log.Next))
            throw new UnsupportedImageException(
                $"The journal of the ext volume holds fast commits (for transaction {log.Next}), which cannot be replayed here. "
                + RecoveryAdvice.MountOnce);
    }

    private void RequirePossible(LoggedBlock block)
    {
        string structure = $"journal, transaction {block.Transaction}";
        ulong end = (ulong)_stored.Geometry.BlockCount;
        if (block.Target < (ulong)_stored.Geometry.FirstDataBlock || block.Target >= end)
            throw Damaged("t_blocknr", $"{block.Target}", $"inside the volume of {end} blocks");
        if (_file.Holds((long)block.Target))
            throw Damaged("t_blocknr", $"{block.Target}", "no block of the journal itself");
        if (_format.Checksums is not { } checksums)
            return;
        uint expected = checksums.OfLogged(block.Transaction, _file.Read(block.Place));
        if (block.Checksum != expected)
            throw Damaged($"t_checksum of block {block.Target}", $"0x{block.Checksum:X8}", $"0x{expected:X8}");

        CorruptImageException Damaged(string place, string found, string expected) =>
            ExtDamage.In(structure, place, found, expected);
    }
}
