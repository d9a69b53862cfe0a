using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>
/// Every inode in use with the links it claims, and the names that were found for it: 11 bytes an inode.
/// </summary>
internal sealed class Census
{
    private readonly List<uint> _numbers = [];
    private readonly List<ushort> _links = [];
    private readonly List<byte> _kinds = [];
    private int[] _names = [];

    /// <summary>Number of inodes registered.</summary>
    public int Count => _numbers.Count;

    /// <summary>Registers an inode; they come in ascending order.</summary>
    public void Register(InodeNumber number, FileKind kind, ushort links)
    {
        _numbers.Add(number.Value);
        _links.Add(links);
        _kinds.Add((byte)((int)kind >> 12));
    }

    /// <summary>Counts a name of an inode; false when no inode in use has that number.</summary>
    public bool TryCountName(uint number, out FileKind kind)
    {
        if (_names.Length != _numbers.Count)
            _names = new int[_numbers.Count];
        int index = _numbers.BinarySearch(number);
        kind = index < 0 ? FileKind.None : (FileKind)(_kinds[index] << 12);
        if (index >= 0)
            _names[index]++;
        return index >= 0;
    }

    /// <summary>Every inode with the links it claims and the names found.</summary>
    public IEnumerable<(InodeNumber Number, FileKind Kind, int Links, int Names)> All()
    {
        for (int i = 0; i < _numbers.Count; i++)
            yield return (new InodeNumber(_numbers[i]), (FileKind)(_kinds[i] << 12), _links[i], i < _names.Length
                ? _names[i] : 0);
    }
}
