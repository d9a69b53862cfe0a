using System.IO.Hashing;

namespace ImgShrink.FileSystems.Ext.Check;

/// <summary>The names of one directory that were met so far, to find one that is there twice.</summary>
/// <remarks>
/// 16 bytes a name, however long it is: its XXH128. Two names that share it do not come about by chance; a volume that was
/// made so would be refused.
/// </remarks>
internal sealed class NamesSeen
{
    private readonly HashSet<UInt128> _digests = [];

    /// <summary>False when the name was there before.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name) => _digests.Add(XxHash128.HashToUInt128(name));
}
