using System.Security.Cryptography;
using ImgShrink.Blocks;
using ImgShrink.Containers;

namespace ImgShrink.Pipeline.Tests;

/// <summary>Runs a shrink, and looks at files.</summary>
internal static class Job
{
    public static ShrinkReport Run(ShrinkOptions options) => ShrinkJob.Run(options, new OnStep(_ => { }), CancellationToken.None);

    /// <summary>Shrinks to a raw image that a test can look into.</summary>
    public static ShrinkReport ToRaw(string source, string output, Func<ShrinkOptions, ShrinkOptions>? change = null)
    {
        var options = new ShrinkOptions { Source = source, Output = output, Format = ContainerFormats.ByName("raw") };
        return Run(change is null ? options : change(options));
    }

    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The names in a folder, hidden ones too.</summary>
    public static string[] Names(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static byte[] Bytes(string path, long start, long count)
    {
        using var file = new RawImageFile(path);
        return file.ReadBytes(start, (int)count);
    }

    /// <summary>Puts bytes into a file.</summary>
    public static void Poke(string path, long at, params ReadOnlySpan<byte> bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.Position = at;
        file.Write(bytes);
    }

    /// <summary>Calls back at once, on the thread that reports.</summary>
    public sealed class OnStep(Action<ProgressStep> callback) : IProgress<ProgressStep>
    {
        public void Report(ProgressStep value) => callback(value);
    }
}
