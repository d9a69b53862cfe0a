using System.Runtime.InteropServices;
using ImgShrink.FileSystems.ExFat.OnDisk;

namespace ImgShrink.FileSystems.ExFat;

/// <summary>The entries of one file, as they come one after the other: how many there are, and their checksum.</summary>
/// <remarks>Spec: Microsoft, exFAT file system specification, section 6.3.3.</remarks>
internal sealed class ExFatEntrySet
{
    private readonly List<byte> _bytes = [];
    private int _length;

    /// <summary>Whether no entry is missing.</summary>
    public bool IsComplete => _bytes.Count == _length;

    /// <summary>Takes the next entry of a directory; false where it does not belong there, or completes a set with another checksum.</summary>
    public bool Accepts(byte[] bytes)
    {
        var entry = new ExFatEntry(bytes);
        if (entry.IsSecondary == IsComplete)
            return false;
        if (!entry.IsSecondary)
        {
            _bytes.Clear();
            _length = entry.Type == ExFatEntry.File ? (1 + entry.SecondaryCount) * ExFatEntry.Size : 0;
            if (_length == 0)
                return true;
        }

        _bytes.AddRange(bytes);
        return !IsComplete || CollectionsMarshal.AsSpan(_bytes) is var set && ChecksumOf(set) == new ExFatEntry(set).SetChecksum;
    }

    /// <summary>The checksum of a set: all bytes but the field itself.</summary>
    public static ushort ChecksumOf(ReadOnlySpan<byte> set)
    {
        ushort sum = 0;
        for (int i = 0; i < set.Length; i++)
            if (i is not (2 or 3))
                sum = unchecked((ushort)((sum << 15 | sum >> 1) + set[i]));
        return sum;
    }
}
