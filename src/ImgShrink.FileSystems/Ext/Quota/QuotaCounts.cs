using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Quota;

/// <summary>Keeps the usage in the quota files equal to what is used.</summary>
internal static class QuotaCounts
{
    /// <summary>
    /// Compares the quota files with what is used. A file that was never exact does no harm: it is a remark.
    /// </summary>
    public static void Check(ExtVolume volume, AuditReport report)
    {
        QuotaFile[] files = [.. QuotaFile.All(volume)];
        if (files.Length == 0)
            return;
        QuotaUsage usage = QuotaUsage.Of(volume);
        foreach (QuotaFile file in files)
        {
            foreach (uint id in file.Entries.Keys.Union(usage.Ids(file.Kind)).Order())
                CheckEntry(volume, report, file, id, usage[file.Kind, id]);
        }
    }

    /// <summary>Why usage could not be counted for what belongs to root; null where nothing speaks against it.</summary>
    public static string? WhyNotForRoot(ExtVolume volume) =>
        QuotaFile.All(volume).FirstOrDefault(file => !file.Entries.ContainsKey(0)) is { } file
            ? $"the {file} of the volume has no entry for 0, which is root" : null;

    /// <summary>Counts anew, and stores what has changed in the entries that there are.</summary>
    /// <param name="volume">A volume that is complete but for these counts.</param>
    /// <param name="into">Where the changes go.</param>
    public static void Store(ExtVolume volume, WriteOverlay into)
    {
        QuotaFile[] files = [.. QuotaFile.All(volume)];
        if (files.Length == 0)
            return;
        QuotaUsage usage = QuotaUsage.Of(volume);
        foreach (QuotaFile file in files)
        {
            foreach (var (id, at) in file.Entries)
            {
                byte[] bytes = volume.Store.ReadBytes(at, QuotaEntry.Size);
                var entry = new QuotaEntry(bytes);
                var (used, inodes) = usage[file.Kind, id];
                if ((entry.Bytes, entry.Inodes) == (used, inodes))
                    continue;
                (entry.Bytes, entry.Inodes) = (used, inodes);
                into.Write(at, bytes);
            }
        }
    }

    private static void CheckEntry(
        ExtVolume volume, AuditReport report, QuotaFile file, uint id, (long Bytes, long Inodes) used)
    {
        string found = "nothing";
        if (file.Entries.TryGetValue(id, out long at))
        {
            var entry = new QuotaEntry(volume.Store.ReadBytes(at, QuotaEntry.Size));
            if ((entry.Bytes, entry.Inodes) == used)
                return;
            found = $"{entry.Bytes} bytes and {entry.Inodes} inodes";
        }

        report.AddRemark(new Finding(file.ToString(), $"usage of {id}", found,
            $"{used.Bytes} bytes and {used.Inodes} inodes"));
    }
}
