namespace ImgShrink.Blocks;

/// <summary>Files that a run left behind which was killed, or met a power cut.</summary>
public static class AbandonedFiles
{
    /// <summary>Deletes those whose names match the pattern, in an existing folder; one that is open is somebody's.</summary>
    public static void Remove(string folder, string pattern)
    {
        foreach (string path in Directory.EnumerateFiles(folder, pattern, new EnumerationOptions { AttributesToSkip = 0 }))
        {
            try
            {
                File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                // It is in use, or somebody else's.
            }
        }
    }
}
