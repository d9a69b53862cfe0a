namespace ImgShrink.FileSystems.Ext.OnDisk;

/// <summary>The bits of s_state. Spec: kernel documentation, filesystems/ext4, "Super Block State".</summary>
internal static class FsState
{
    public const ushort CleanlyUnmounted = 1;
    public const ushort ErrorsDetected = 2;
}
