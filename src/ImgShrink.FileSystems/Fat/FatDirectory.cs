using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Reads the entries of a directory and puts long names together.</summary>
internal static class FatDirectory
{
    /// <summary>Everything in the directory, labels and dots included, in the order of the disk.</summary>
    /// <param name="disk">The volume.</param>
    /// <param name="cluster">First cluster of the directory; 0 for the root.</param>
    /// <exception cref="CorruptImageException">The directory's chain is broken.</exception>
    public static IEnumerable<FatItem> Read(FatDisk disk, uint cluster)
    {
        var parts = new LongNameParts();
        foreach (ByteRange run in disk.DirectoryRuns(cluster))
        {
            byte[] bytes = disk.Bytes.ReadBytes(run.Start, (int)run.Length);
            for (int at = 0; at < bytes.Length; at += FatDirEntry.Size)
            {
                Span<byte> slot = bytes.AsSpan(at, FatDirEntry.Size);
                if (new FatDirEntry(slot).IsEnd)
                    yield break;
                if (parts.Take(slot, run.Start + at, disk.Geometry.Kind) is FatItem item)
                    yield return item;
            }
        }
    }

    /// <summary>The entry of a name; null when there is none.</summary>
    public static FatItem? Find(FatDisk disk, uint cluster, string name) =>
        Read(disk, cluster).FirstOrDefault(item => item.IsNamed(name));

    /// <summary>Collects the parts of a long name until the short entry that they belong to.</summary>
    private sealed class LongNameParts
    {
        private readonly List<long> _slots = [];
        private string _name = "";
        private int _expectedOrder;
        private byte _checksum;

        /// <summary>Takes the next slot; gives an item when the slot completes one.</summary>
        public FatItem? Take(Span<byte> slot, long at, FatKind kind)
        {
            var entry = new FatDirEntry(slot);
            if (entry.IsDeleted)
            {
                Forget();
                return null;
            }

            if (entry.IsLongName)
            {
                TakePart(new LongNameEntry(slot), at);
                return null;
            }

            string shown = NameText.Name(FatShortName.Show(entry.Name, entry.CaseFlags));
            bool belongs = _slots.Count > 0 && _expectedOrder == 0 && _checksum == FatShortName.Checksum(entry.Name);
            var item = new FatItem(
                belongs ? NameText.Name(_name) : shown, shown, entry.Name.ToArray(), entry.Attributes, entry.FirstCluster(kind),
                    entry.Length, entry.Written,
                belongs ? [.. _slots, at] : [at]);
            Forget();
            return item;
        }

        private void TakePart(LongNameEntry part, long at)
        {
            if (part.IsLast)
            {
                Forget();
                (_expectedOrder, _checksum) = (part.Order, part.Checksum);
            }

            // Parts out of order belong to nothing: some old system renamed the file without knowing of long names.
            if (part.Order == 0 || part.Order != _expectedOrder || part.Checksum != _checksum)
            {
                Forget();
                return;
            }

            var units = new char[LongNameEntry.Units];
            for (int unit = 0; unit < units.Length; unit++)
                units[unit] = part[unit];
            int end = Array.IndexOf(units, '\0');
            _name = new string(units, 0, end < 0 ? units.Length : end) + _name;
            _slots.Add(at);
            _expectedOrder--;
        }

        private void Forget()
        {
            _slots.Clear();
            (_name, _expectedOrder) = ("", 0);
        }
    }
}
