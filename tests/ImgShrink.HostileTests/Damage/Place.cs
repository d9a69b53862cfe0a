using ImgShrink.Blocks;

namespace ImgShrink.HostileTests.Damage;

/// <summary>Makes the checksums around a change true again.</summary>
internal delegate void Seal(IBlockStore image);

/// <summary>A structure, where it lies on an image.</summary>
/// <param name="Name">What it is: "inode 12".</param>
/// <param name="At">Its first byte.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Seal">Renews its checksums; null where it has none.</param>
internal sealed record Place(string Name, long At, int Bytes, IReadOnlyList<Field> Fields, Seal? Seal = null);

/// <summary>The structures of an image.</summary>
/// <param name="Places">Where damage can be understood wrongly.</param>
/// <param name="Unit">Bytes that pointers count in.</param>
/// <param name="FirstUnit">What a pointer to byte 0 would be, were it possible: 2 where clusters are counted from 2 on.</param>
internal sealed record ImageMap(IReadOnlyList<Place> Places, int Unit, long FirstUnit = 0)
{
    /// <summary>A pointer to a byte of the image.</summary>
    public ulong PointerTo(long at) => unchecked((ulong)(at / Unit + FirstUnit));
}
