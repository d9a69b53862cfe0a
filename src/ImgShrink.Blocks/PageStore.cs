using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Blocks;

/// <summary>
/// Pages of one size, kept in memory up to a budget, and behind that in a scratch file that nobody else sees.
/// </summary>
/// <remarks>
/// A volume of terabytes can have millions of inodes that change; what the plan keeps of them must not depend on how much
/// memory the machine has. The file goes to the system's folder for temporary files and is deleted when it is closed,
/// by the system if the program dies. Not for several threads at once.
/// </remarks>
internal sealed class PageStore(int pageSize, long budgetBytes)
{
    private const int SlabBytes = 1 << 20;

    private readonly int _slabPages = Math.Max(1, SlabBytes / pageSize);
    private readonly int _memoryPages = (int)Math.Min(int.MaxValue, budgetBytes / pageSize);
    private readonly List<byte[]> _slabs = [];
    private SafeFileHandle? _file;

    // The page of the file that was used last; most edits go on where the one before ended.
    private readonly byte[] _open = new byte[pageSize];
    private int _openSlot = -1;
    private bool _openChanged;

    /// <summary>Pages handed out so far.</summary>
    public int Count { get; private set; }

    /// <summary>Hands out one more page, all zeros, and gives its number.</summary>
    public int Add()
    {
        if (Count < _memoryPages && Count % _slabPages == 0)
            _slabs.Add(new byte[_slabPages * pageSize]);
        return Count++;
    }

    /// <summary>The bytes of a page, to be read or changed until the next call.</summary>
    /// <exception cref="AccessException">The scratch file cannot be used.</exception>
    public Span<byte> Page(int slot)
    {
        if (slot < _memoryPages)
            return _slabs[slot / _slabPages].AsSpan(slot % _slabPages * pageSize, pageSize);
        if (slot != _openSlot)
            Open(slot);
        return _open;
    }

    /// <summary>Says that the bytes of <see cref="Page"/> were changed.</summary>
    public void Changed(int slot) => _openChanged |= slot == _openSlot;

    private void Open(int slot)
    {
        try
        {
            _file ??= CreateScratch();
            if (_openChanged)
                RandomAccess.Write(_file, _open, FileOffset(_openSlot));
            int filled = RandomAccess.Read(_file, _open, FileOffset(slot));
            _open.AsSpan(filled).Clear();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AccessException(
                $"The plan does not fit into memory, and the scratch file in {Path.GetTempPath()} cannot be used: {cause.Message}", cause);
        }

        (_openSlot, _openChanged) = (slot, false);
    }

    private long FileOffset(int slot) => (long)(slot - _memoryPages) * pageSize;

    private static SafeFileHandle CreateScratch()
    {
        string path = Path.Combine(Path.GetTempPath(), $"imgshrink-{Guid.NewGuid():N}.scratch");
        SafeFileHandle file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
            File.Delete(path); // There a file without a name lives until it is closed, however the program ends.
        return file;
    }
}
