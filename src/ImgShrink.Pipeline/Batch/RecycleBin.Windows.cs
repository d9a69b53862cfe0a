using System.Runtime.InteropServices;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

internal static partial class RecycleBin
{
    private const int LongestName = 259; // MAX_PATH without its NUL: the shell takes no longer one.
    private const uint Delete = 3; // FO_DELETE

    // FOF_SILENT, FOF_NOCONFIRMATION, FOF_ALLOWUNDO, FOF_NOERRORUI, FOF_NO_CONNECTED_ELEMENTS; and FOF_WANTNUKEWARNING: where a
    // file is too large for the bin, Windows asks before it is deleted for good.
    private const ushort Quietly = 0x4 | 0x10 | 0x40 | 0x400 | 0x2000 | 0x4000;

    private static void RequireOnWindows(string path)
    {
        const string instead = "use --keep, or leave --recycle out.";
        if (path.Length > LongestName)
            throw new AccessException($"The recycle bin takes no name of more than {LongestName} characters; {instead}");
        // What is thrown away on a share or a stick is gone: these have no bin.
        if (path.StartsWith(@"\\", StringComparison.Ordinal) || new DriveInfo(path).DriveType != DriveType.Fixed)
            throw new AccessException($"{Path.GetPathRoot(path)} has no recycle bin; {instead}");
    }

    private static unsafe void TakeOnWindows(string path)
    {
        fixed (char* from = path + '\0') // A list of names, which an empty one ends.
        {
            var operation = new FileOperation { Function = Delete, From = from, Flags = Quietly };
            int error = Perform(&operation);
            if (error != 0 || operation.IsAborted != 0 || File.Exists(path))
                throw new IOException($"The recycle bin does not take it (SHFileOperation: {error}).");
        }
    }

    /// <summary>SHFILEOPSTRUCTW, as 64-bit Windows lays it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FileOperation
    {
        public nint Window;
        public uint Function;
        public char* From;
        public char* To;
        public ushort Flags;
        public int IsAborted;
        public nint NameMappings;
        public char* Title;
    }

    [LibraryImport("shell32.dll", EntryPoint = "SHFileOperationW")]
    private static unsafe partial int Perform(FileOperation* operation);
}
