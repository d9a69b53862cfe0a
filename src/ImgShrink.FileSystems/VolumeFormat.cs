using ImgShrink.Blocks;

namespace ImgShrink.FileSystems;

/// <summary>A kind of volume that is told by fixed bytes at fixed places.</summary>
/// <param name="Name">Its usual name: "ntfs".</param>
/// <param name="Open">
/// Opens a volume that has the bytes, or throws a <see cref="CorruptImageException"/>; null where the kind is known by
/// name only.
/// </param>
/// <param name="Marks">Where the bytes are, and what they are; one of these is enough.</param>
internal sealed record VolumeFormat(string Name, Func<IBlockSource, IVolume>? Open, params Mark[] Marks)
{
    /// <summary>Whether a volume is of this kind, by the look of it.</summary>
    public bool Recognises(IBlockSource volume) => Marks.Any(mark => mark.IsIn(volume));

    /// <summary>Opens a volume of this kind; all of it counts as data where it is damaged.</summary>
    public IVolume OpenOrKeep(IBlockSource volume)
    {
        if (Open is null)
            return new OpaqueVolume(volume.Length, Name, $"{Name} is not looked into, so all of it is kept.");
        try
        {
            return Open(volume);
        }
        catch (CorruptImageException damage)
        {
            return new OpaqueVolume(volume.Length, Name,
                $"The {Name} volume is damaged, so all of it is kept. {damage.Findings[0]}.");
        }
    }
}

/// <summary>Bytes that tell a kind of volume.</summary>
/// <param name="At">Their place, from the start of the volume.</param>
/// <param name="Bytes">What has to be there.</param>
internal readonly record struct Mark(long At, byte[] Bytes)
{
    /// <summary>A mark of ASCII characters.</summary>
    public static Mark Text(long at, string text) => new(at, System.Text.Encoding.ASCII.GetBytes(text));

    /// <summary>Whether the bytes are there.</summary>
    public bool IsIn(IBlockSource volume) =>
        At <= volume.Length - Bytes.Length && volume.ReadBytes(At, Bytes.Length).AsSpan().SequenceEqual(Bytes);
}
