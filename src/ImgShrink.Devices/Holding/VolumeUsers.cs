using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ImgShrink.Devices.Listing;
using ImgShrink.Devices.Windows;
using Microsoft.Win32.SafeHandles;

namespace ImgShrink.Devices.Holding;

/// <summary>The programs that use a volume of Windows, as far as Windows tells.</summary>
/// <remarks>
/// Windows tells who has a given file open, and nothing about a volume as a whole: the Restart Manager takes names of files, and
/// looking through the handles of all processes hangs at some of them. So it is asked for the two that matter most: the volume itself, which
/// tools for disks open, and its root folder, which an Explorer or a terminal that shows it has open. Whoever has a
/// file further down open stays unknown.
/// </remarks>
[SupportedOSPlatform("windows")]
internal static unsafe partial class VolumeUsers
{
    private const uint ReadAttributes = 0x80; // FILE_READ_ATTRIBUTES
    private const uint OpensFolders = 0x02000000; // FILE_FLAG_BACKUP_SEMANTICS
    private const int ProcessIdsUsingFile = 47; // FileProcessIdsUsingFileInformation
    private const int MostProcesses = 64;

    /// <summary>Their names and numbers: "explorer (process 4711)"; empty where Windows does not tell.</summary>
    public static IReadOnlyList<string> Of(DriveVolume volume) =>
    [
        .. volume.MountPoints.Append(volume.Device).SelectMany(ProcessesAt).Distinct()
            .Where(id => id != Environment.ProcessId).Select(NameOf).OfType<string>(),
    ];

    /// <summary>The numbers in an answer. Spec: wdm.h, FILE_PROCESS_IDS_USING_FILE_INFORMATION, on 64 bits.</summary>
    internal static IReadOnlyList<int> Parse(ReadOnlySpan<byte> answer)
    {
        const int idsAt = 8, idBytes = 8;
        if (answer.Length < idsAt)
            return [];
        var ids = new List<int>();
        int count = (int)Math.Min(MemoryMarshal.Read<uint>(answer), (uint)(answer.Length - idsAt) / idBytes); // NumberOfProcessIdsInList
        for (int i = 0; i < count; i++)
        {
            if (MemoryMarshal.Read<ulong>(answer[(idsAt + i * idBytes)..]) is var id and <= int.MaxValue)
                ids.Add((int)id);
        }

        return ids;
    }

    private static IReadOnlyList<int> ProcessesAt(string path)
    {
        using SafeFileHandle place = Win32.Open(path, ReadAttributes, Win32.ShareAll, OpensFolders);
        if (place.IsInvalid)
            return [];
        var answer = new byte[8 + MostProcesses * 8];
        nint* status = stackalloc nint[2]; // IO_STATUS_BLOCK
        fixed (byte* into = answer)
            return QueryInformationFile(place, status, into, answer.Length, ProcessIdsUsingFile) == 0 ? Parse(answer) : [];
    }

    private static string? NameOf(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return $"{Words.Of(process.ProcessName) ?? "a program"} (process {id})";
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    [LibraryImport("ntdll.dll", EntryPoint = "NtQueryInformationFile")]
    private static partial int QueryInformationFile(SafeFileHandle file, nint* status, byte* into, int bytes, int kind);
}
