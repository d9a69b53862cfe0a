namespace ImgShrink.Devices.Listing;

/// <summary>One line of /proc/self/mountinfo.</summary>
/// <param name="Number">Major and minor number of the device, as in "8:17"; "0:..." for some file systems.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Source">What was mounted, as the file system tells it.</param>
/// <param name="IsReadOnly">Whether it is mounted so that it cannot change.</param>
internal sealed record LinuxMount(string Number, string MountPoint, string Source, bool IsReadOnly)
{
    /// <summary>All mounts that this process sees, in the order they were made.</summary>
    public static IEnumerable<LinuxMount> Parse(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            // proc_pid_mountinfo(5): id, parent, device, root, mount point, options, tags ..., "-", type, source, options.
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            if (fields.Length > 5 && dash >= 6 && dash + 2 < fields.Length)
                yield return new LinuxMount(
                    fields[2], Unescape(fields[4]), Unescape(fields[dash + 2]), fields[5].Split(',').Contains("ro"));
        }
    }

    // Space, tab, newline and backslash are written as a backslash and three octal digits.
    private static string Unescape(string text)
    {
        foreach (var (escape, plain) in ((string, string)[])[(@"\040", " "), (@"\011", "\t"), (@"\012", "\n"), (@"\134", @"\")])
            text = text.Replace(escape, plain, StringComparison.Ordinal);
        return text;
    }
}
