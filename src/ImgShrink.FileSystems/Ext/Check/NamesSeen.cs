using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>The names of one directory that were met so far, to find one that is there twice.</summary>
/// <remarks>16 bytes a name, however long it is: half of its SHA-256, which no two names share.</remarks>
internal sealed class NamesSeen
{
    private readonly HashSet<UInt128> _digests = [];

    /// <summary>False when the name was there before.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, digest);
        return _digests.Add(BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }
}
