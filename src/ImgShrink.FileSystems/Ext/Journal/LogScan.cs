using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>Goes through a log from its oldest transaction to the last one that is complete.</summary>
/// <remarks>
/// What was written before the power went is a prefix of the log; behind it are leftovers of earlier rounds, which have
/// other transaction numbers. So the first block that does not fit ends the log. Spec: kernel documentation,
/// filesystems/ext4, "Journal (jbd2)".
/// </remarks>
internal sealed class LogScan
{
    private readonly JournalFile _file;
    private readonly JournalFormat _format;
    private readonly List<LoggedBlock> _blocks = [];
    private readonly List<(uint Place, uint Transaction)> _revokes = [];

    private uint _place;
    private uint _transaction;
    private long _passed;
    private bool _wrapped;
    private uint _sum = uint.MaxValue;

    // A block of this transaction fails its checksum: damage, or a leftover; the commit's time tells.
    private Finding? _doubt;
    private ulong _lastCommitTime;

    // What is complete: so many of the lists above, up to here.
    private int _transactions;
    private int _completeBlocks;
    private int _completeRevokes;
    private bool _completeWraps;

    private LogScan(JournalFile file, JournalFormat format) =>
        (_file, _format, _place, _transaction) = (file, format, format.Start, format.Sequence);

    /// <summary>Scans a log that is not empty.</summary>
    /// <exception cref="CorruptImageException">A complete transaction holds a block that fails its checksum.</exception>
    public static CommittedLog Run(JournalFile file, JournalFormat format)
    {
        var scan = new LogScan(file, format);
        while (!scan.IsRoundComplete && scan.TryPass())
        {
        }

        return new CommittedLog(
            scan._transactions,
            scan._transaction,
            scan._blocks[..scan._completeBlocks],
            scan._revokes[..scan._completeRevokes],
            scan._completeWraps);
    }

    private bool IsRoundComplete => _passed >= _format.End - _format.First;

    /// <summary>Takes the next block, and the logged ones behind it; false at the end of the log.</summary>
    private bool TryPass()
    {
        uint place = _place;
        byte[] bytes = _file.Read(place);
        var block = new JournalBlock(bytes);
        if (block.Magic != JournalBlock.ExpectedMagic || block.Sequence != _transaction)
            return false;
        Advance();
        switch (block.Type)
        {
            case JournalBlockType.Descriptor:
                Doubt(block, place, "descriptor block");
                PassTags(block);
                return true;
            case JournalBlockType.Revoke:
                Doubt(block, place, "revoke block");
                _revokes.Add((place, _transaction));
                return true;
            case JournalBlockType.Commit:
                return TryCommit(block);
            default:
                return false;
        }
    }

    private void Advance()
    {
        _place = _format.After(_place);
        _wrapped |= _place == _format.First;
        _passed++;
    }

    private void Doubt(JournalBlock block, uint place, string what)
    {
        if (_format.Checksums is { } checksums && block.TailChecksum != checksums.OfTail(block))
            _doubt ??= new Finding($"journal, {what} {place}", "its checksum", $"0x{block.TailChecksum:X8}",
                $"0x{checksums.OfTail(block):X8}");
    }

    private void PassTags(JournalBlock block)
    {
        if (_format.SumsTransactions)
            _sum = Crc32Be.Append(_sum, block.Bytes);
        int size = JournalTag.SizeFor(_format.Features);
        int end = _format.BlockSize - (_format.Checksums is null ? 0 : JournalBlock.TailSize);
        for (int at = JournalBlock.HeaderSize; at + size <= end && !IsRoundComplete;)
        {
            var tag = new JournalTag(block.Bytes[at..], _format.Features);
            _blocks.Add(new LoggedBlock(tag.Block, _place, _transaction, tag.Flags, tag.Checksum));
            if (_format.SumsTransactions)
                _sum = Crc32Be.Append(_sum, _file.Read(_place));
            Advance();
            if (tag.Flags.HasFlag(JournalTagFlags.Last))
                break;
            at += size + (tag.Flags.HasFlag(JournalTagFlags.SameUuid) ? 0 : JournalTag.UuidSize);
        }
    }

    private bool TryCommit(JournalBlock block)
    {
        if (_doubt is not null && block.CommitTime >= _lastCommitTime)
            throw new CorruptImageException(_doubt, ExtVolume.RepairAdvice);
        if (_doubt is not null || !IsIntact(block))
            return false;
        _lastCommitTime = block.CommitTime;
        _transaction = unchecked(_transaction + 1);
        _sum = uint.MaxValue;
        _transactions++;
        (_completeBlocks, _completeRevokes) = (_blocks.Count, _revokes.Count);
        // Behind the last block of the log comes its first one; whoever stands there has not gone over the end yet.
        _completeWraps = _wrapped && _place != _format.First;
        return true;
    }

    /// <summary>Whether a commit block proves that all of its transaction is in the log.</summary>
    private bool IsIntact(JournalBlock block)
    {
        if (_format.Checksums is { } checksums)
            return block.CommitChecksum == checksums.OfCommit(block);
        if (!_format.SumsTransactions)
            return true;
        bool unused = block.CommitChecksumType == 0 && block.CommitChecksumSize == 0 && block.CommitChecksum == 0;
        return unused || block.CommitChecksumType == JournalBlock.Crc32Type
            && block.CommitChecksumSize == JournalBlock.Crc32Size && block.CommitChecksum == _sum;
    }
}
