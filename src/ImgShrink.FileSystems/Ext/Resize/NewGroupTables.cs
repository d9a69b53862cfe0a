namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>
/// Places the bitmaps and inode tables of new groups: those of a flex group together, from the first new one of its groups
/// on; without flex_bg each group's in the group.
/// </summary>
internal static class NewGroupTables
{
    private const int MostLogGroupsPerFlex = 31; // Beyond it, the kernel takes a flex group for one group.

    /// <summary>Places the tables of all groups that <paramref name="volume"/> does not have yet.</summary>
    /// <param name="volume">The volume as it is.</param>
    /// <param name="target">The geometry with the new groups.</param>
    /// <param name="placement">Has reserved what lies at the start of groups; gets the tables.</param>
    /// <returns>Whether there was room for them.</returns>
    public static bool TryPlace(ExtVolume volume, ExtGeometry target, TablePlacement placement)
    {
        int log = volume.Superblock.LogGroupsPerFlex;
        long together = target.FlexBg && log <= MostLogGroupsPerFlex ? 1L << log : 1;
        for (int first = volume.Geometry.GroupCount; first < target.GroupCount;)
        {
            int end = (int)Math.Min(target.GroupCount, (first / together + 1) * together);
            if (!TryPack(first, end, target, placement))
                return false;
            first = end;
        }

        return true;
    }

    private static bool TryPack(int first, int end, ExtGeometry target, TablePlacement placement)
    {
        long at = target.GroupStart(first);
        foreach (GroupPart part in GroupTables.Parts)
        {
            int count = placement.LengthOf(part);
            for (int group = first; group < end; group++)
            {
                var (start, _) = placement.Reserved.Gaps(at, target.GroupEnd(end - 1))
                    .FirstOrDefault(gap => gap.Count >= count);
                if (start == 0)
                    return false;
                placement.Set(group, part, start);
                at = start + count;
            }
        }

        return true;
    }
}
