using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext;

/// <summary>
/// Extended attributes and their values, viewed in place: those behind the fields of an inode, or a block of them.
/// </summary>
/// <remarks>
/// Entries grow from the front, values from the end; the list ends with four zero bytes. Spec: kernel documentation,
/// filesystems/ext4, "Extended Attributes". Who opens one may trust every offset in it.
/// </remarks>
internal readonly ref struct XattrList
{
    private const int EndMark = 4;

    private readonly Span<byte> _b;
    private readonly int _first;

    private XattrList(Span<byte> bytes, int first, string structure)
    {
        _b = bytes;
        _first = first;
        CheckValues(structure, CheckEntries(structure));
    }

    /// <summary>The attributes of a block that has its magic.</summary>
    /// <exception cref="CorruptImageException">An entry or a value leaves the block, or two overlap.</exception>
    public static XattrList InBlock(long number, Span<byte> block) =>
        new(block, XattrBlock.HeaderSize, $"extended attribute block {number}");

    /// <summary>The attributes in an inode; an empty list where there are none.</summary>
    /// <exception cref="CorruptImageException">An entry or a value leaves the inode, or two overlap.</exception>
    public static XattrList InInode(InodeNumber number, Inode inode)
    {
        Span<byte> area = inode.XattrArea;
        return area.Length < 2 * EndMark || Le.U32(area, 0) != XattrBlock.ExpectedMagic
            ? default
            : new XattrList(area[4..], 0, $"attributes in {number}");
    }

    /// <summary>Bytes of the area that entries and values share.</summary>
    public int Length => _b.Length;

    /// <summary>The value of an attribute, unless it is in an inode of its own.</summary>
    public Span<byte> ValueOf(XattrEntry entry) =>
        entry.HasValueInArea ? _b.Slice(entry.ValueOffset, (int)entry.ValueSize) : [];

    /// <summary>The same with its padding, as hashes see it.</summary>
    public ReadOnlySpan<byte> WordsOf(XattrEntry entry) => entry.HasValueInArea
        ? _b.Slice(entry.ValueOffset, XattrEntry.Padded((int)entry.ValueSize)) : [];

    /// <summary>Finds an attribute.</summary>
    public bool TryFind(byte index, ReadOnlySpan<byte> name, out XattrEntry found)
    {
        foreach (XattrEntry entry in this)
        {
            found = entry;
            if (entry.Is(index, name))
                return true;
        }

        found = default;
        return false;
    }

    /// <summary>Takes an attribute out. The room of its value stays where it is, as zeros.</summary>
    public void Remove(XattrEntry entry)
    {
        ValueOf(entry).Clear();
        int size = entry.Size, at = _first;
        foreach (XattrEntry each in this)
        {
            if (each.Is(entry.NameIndex, entry.Name))
                break;
            at += each.Size;
        }

        int end = at;
        while (Le.U32(_b, end) != 0)
            end += new XattrEntry(_b[end..]).Size;
        _b[(at + size)..end].CopyTo(_b[at..]);
        _b[(end - size)..end].Clear();
    }

    public EntryEnumerator GetEnumerator() => new(_b, _first);

    /// <summary>Walks the entries, and gives the byte behind the mark at their end.</summary>
    private int CheckEntries(string structure)
    {
        int at = _first;
        while (Le.U32(_b, at) != 0)
        {
            int size = XattrEntry.HeaderSize + XattrEntry.Padded(_b[at]);
            if (at + size > _b.Length - EndMark)
                throw ExtDamage.In(structure, $"e_name_len at byte {at}", $"{_b[at]}",
                    $"an entry that ends before byte {_b.Length - EndMark}");
            at += size;
        }

        return at + EndMark;
    }

    private void CheckValues(string structure, int entriesEnd)
    {
        var taken = new BlockSet(_b.Length);
        foreach (XattrEntry entry in this)
        {
            long size = entry.ValueSize, end = entry.ValueOffset + (size + 3 & ~3L);
            // Of an empty value in an inode the place does not matter.
            bool isPlaced = entry.HasValueInArea || entry.ValueInode == 0 && _first != 0 && end != 0;
            if (!isPlaced)
                continue;
            if (size != 0 && entry.ValueOffset < entriesEnd || end > _b.Length)
                throw ExtDamage.In(structure, "e_value_offs and e_value_size", $"{entry.ValueOffset} and {size}",
                    $"inside of bytes {entriesEnd} to {_b.Length}");
            if (taken.NextIn(entry.ValueOffset, end) < end)
                throw ExtDamage.In(structure, "e_value_offs and e_value_size", $"{entry.ValueOffset} and {size}",
                    "bytes that no other value uses");
            taken.Add(entry.ValueOffset, end - entry.ValueOffset);
        }
    }

    /// <summary>Walks the entries of a list that has been checked.</summary>
    internal ref struct EntryEnumerator(Span<byte> bytes, int first)
    {
        private readonly Span<byte> _bytes = bytes;
        private int _next = first;

        public XattrEntry Current { get; private set; }

        public bool MoveNext()
        {
            if (_bytes.IsEmpty || Le.U32(_bytes, _next) == 0)
                return false;
            Current = new XattrEntry(_bytes[_next..]);
            _next += Current.Size;
            return true;
        }
    }
}
