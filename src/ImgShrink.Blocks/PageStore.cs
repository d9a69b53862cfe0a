namespace ImgShrink.Blocks;

/// <summary>
/// Pages of one size, kept in memory up to a budget, and behind that in a scratch file.
/// </summary>
/// <remarks>
/// A volume of terabytes can have millions of inodes that change; what the plan keeps of them must not depend on how much
/// memory the machine has. Any number of threads may read while nobody writes. The file is gone with the store: views are made
/// and dropped by the dozen, few of them spill, and none is worth a Dispose through every volume.
/// </remarks>
internal sealed class PageStore(int pageSize, long budgetBytes)
{
    private const int SlabBytes = 1 << 20;

    private readonly int _slabPages = Math.Max(1, SlabBytes / pageSize);
    private readonly int _memoryPages = (int)Math.Min(int.MaxValue, budgetBytes / pageSize);
    private readonly List<byte[]> _slabs = [];
    private ScratchFile? _file;
    private int _filePages; // As far as pages were written to the file.

    // The page of the file that was written last; most edits go on where the one before ended.
    private readonly byte[] _open = new byte[pageSize];
    private int _openSlot = -1;

    /// <summary>Pages handed out so far.</summary>
    public int Count { get; private set; }

    /// <summary>Hands out one more page, all zeros, and gives its number.</summary>
    public int Add()
    {
        if (Count < _memoryPages && Count % _slabPages == 0)
            _slabs.Add(new byte[_slabPages * pageSize]);
        return Count++;
    }

    /// <summary>Reads bytes of a page.</summary>
    /// <exception cref="AccessException">The scratch file cannot be used.</exception>
    public void Read(int slot, int offset, Span<byte> into)
    {
        if (slot < _memoryPages)
            InMemory(slot).Slice(offset, into.Length).CopyTo(into);
        else if (slot == _openSlot)
            _open.AsSpan(offset, into.Length).CopyTo(into);
        else if (slot - _memoryPages < _filePages)
            _file!.Read(FileOffset(slot) + offset, into);
        else
            into.Clear();
    }

    /// <summary>Replaces bytes of a page.</summary>
    /// <exception cref="AccessException">The scratch file cannot be used.</exception>
    /// <exception cref="NotEnoughSpaceException">It has no room.</exception>
    public void Write(int slot, int offset, ReadOnlySpan<byte> from)
    {
        if (slot >= _memoryPages && slot != _openSlot)
            Open(slot);
        Span<byte> page = slot < _memoryPages ? InMemory(slot) : _open;
        from.CopyTo(page[offset..]);
    }

    private Span<byte> InMemory(int slot) => _slabs[slot / _slabPages].AsSpan(slot % _slabPages * pageSize, pageSize);

    private void Open(int slot)
    {
        _file ??= ScratchFile.Create(ScratchFile.UsualFolder, "A plan that does not fit into memory");
        if (_openSlot >= 0)
        {
            _file.Write(FileOffset(_openSlot), _open);
            _filePages = Math.Max(_filePages, _openSlot - _memoryPages + 1);
            _openSlot = -1;
        }

        Read(slot, 0, _open);
        _openSlot = slot;
    }

    private long FileOffset(int slot) => (long)(slot - _memoryPages) * pageSize;
}
