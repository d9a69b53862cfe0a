using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>The fields of an inode that only file-level edits set: owner, project, times, device number.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Index Nodes", "Inode Timestamps".</remarks>
internal static class InodeFields
{
    /// <summary>
    /// Byte of the core field and of the extra field that holds nanoseconds and two more bits of seconds.
    /// </summary>
    private static readonly (int Core, int Extra) s_access = (
        0x8, 0x8C);                             // i_atime, i_atime_extra
    private static readonly (int Core, int Extra) s_change = (
        0xC, 0x84);                             // i_ctime, i_ctime_extra
    private static readonly (int Core, int Extra) s_modify = (
        0x10, 0x88);                            // i_mtime, i_mtime_extra
    private static readonly (int Core, int Extra) s_create = (
        0x90, 0x94);                            // i_crtime, i_crtime_extra

    private const int ProjectField = 0x9C;      // i_projid

    /// <summary>
    /// Whether a time was written by a driver that took the years before 1970 for those from 2310 on.
    /// </summary>
    public static bool HasMistakenTime(this Inode inode)
    {
        foreach (var (core, extra) in (ReadOnlySpan<(int, int)>)[s_access, s_change, s_modify, s_create])
        {
            if (HasField(inode, extra) && unchecked((int)Le.U32(inode.Bytes, core)) < 0 && (inode.Bytes[extra] & 3) == 3)
                return true;
        }

        return false;
    }

    public static uint Owner(this Inode inode) =>
        Le.U16(inode.Bytes, 0x2) | (uint)Le.U16(inode.Bytes, 0x78) << 16;   // i_uid, l_i_uid_high

    public static uint Group(this Inode inode) =>
        Le.U16(inode.Bytes, 0x18) | (uint)Le.U16(inode.Bytes, 0x7A) << 16;  // i_gid, l_i_gid_high

    /// <summary>The project, 0 where the inode has no room for another one.</summary>
    public static uint Project(this Inode inode) => HasField(inode, ProjectField) ? Le.U32(inode.Bytes, ProjectField) : 0;

    /// <summary>Sets the project of an inode that has room for it.</summary>
    public static void SetProject(this Inode inode, uint project)
    {
        if (HasField(inode, ProjectField))
            Le.Put32(inode.Bytes, ProjectField, project);
    }

    public static void SetOwner(this Inode inode, uint owner, uint group)
    {
        Le.Put16(inode.Bytes, 0x2, unchecked((ushort)owner));
        Le.Put16(inode.Bytes, 0x78, (ushort)(owner >> 16));
        Le.Put16(inode.Bytes, 0x18, unchecked((ushort)group));
        Le.Put16(inode.Bytes, 0x7A, (ushort)(group >> 16));
    }

    /// <summary>When the content was last changed, to 100 nanoseconds.</summary>
    public static DateTimeOffset Modified(this Inode inode)
    {
        long seconds = unchecked((int)Le.U32(inode.Bytes, s_modify.Core));
        long nanoseconds = 0;
        if (HasField(inode, s_modify.Extra))
        {
            uint extra = Le.U32(inode.Bytes, s_modify.Extra);
            seconds += (long)(extra & 3) << 32;
            nanoseconds = Math.Min(extra >> 2, 999_999_999);
        }

        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Sets the time at which the content, and so the inode, last changed.</summary>
    public static void SetModified(this Inode inode, DateTimeOffset time)
    {
        SetTime(inode, s_modify, time);
        SetTime(inode, s_change, time);
    }

    /// <summary>Sets the time at which the inode last changed.</summary>
    public static void SetChanged(this Inode inode, DateTimeOffset time) => SetTime(inode, s_change, time);

    /// <summary>Sets the times of a new inode.</summary>
    public static void SetCreated(this Inode inode, DateTimeOffset time, DateTimeOffset modified)
    {
        SetTime(inode, s_access, modified);
        SetTime(inode, s_modify, modified);
        SetTime(inode, s_change, time);
        // Nothing but the extra fields has room for it.
        if (HasField(inode, s_create.Core))
            SetTime(inode, s_create, time);
    }

    /// <summary>Sets the number of a device; the inode must be one.</summary>
    /// <remarks>
    /// The old encoding in the first word where both numbers have 8 bits, else the new one in the second.
    /// </remarks>
    public static void SetDevice(this Inode inode, uint major, uint minor)
    {
        inode.Block.Clear();
        if (major < 256 && minor < 256)
            Le.Put32(inode.Block, 0, major << 8 | minor);
        else
            Le.Put32(inode.Block, 4, minor & 0xFF | major << 8 | (minor & ~0xFFu) << 12);
    }

    /// <summary>The number of a device; null for an inode that is none.</summary>
    public static (uint Major, uint Minor)? Device(this Inode inode)
    {
        if (inode.Kind is not (FileKind.CharDevice or FileKind.BlockDevice))
            return null;
        uint old = Le.U32(inode.Block, 0), wide = Le.U32(inode.Block, 4);
        return old != 0 || wide == 0
            ? (old >> 8 & 0xFF, old & 0xFF)
            : (wide >> 8 & 0xFFF, wide & 0xFF | wide >> 12 & 0xFFF00);
    }

    private static void SetTime(Inode inode, (int Core, int Extra) at, DateTimeOffset time)
    {
        long seconds = time.ToUnixTimeSeconds();
        uint nanoseconds = (uint)(time.UtcTicks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        unchecked
        {
            Le.Put32(inode.Bytes, at.Core, (uint)seconds);
            // The core field is signed: the epoch bits count how often 2^32 has to be added to it.
            if (HasField(inode, at.Extra))
                Le.Put32(inode.Bytes, at.Extra, (uint)((seconds - (int)seconds >> 32) & 3) | nanoseconds << 2);
        }
    }

    private static bool HasField(Inode inode, int at) => Inode.CoreSize + inode.ExtraSize >= at + 4;
}
