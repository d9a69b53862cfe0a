using ImgShrink.Blocks;

namespace ImgShrink.HostileTests.Damage;

/// <summary>One change of one structure.</summary>
/// <param name="Place">The structure.</param>
/// <param name="Field">The field that gets a value; null where the structure changes as a whole.</param>
/// <param name="Number">Which value, or which change of the whole.</param>
/// <param name="Sealed">Whether checksums are renewed, so that the change reaches what lies behind them.</param>
internal sealed record Wound(Place Place, Field? Field, int Number, bool Sealed)
{
    /// <summary>How many ways there are to change a structure as a whole.</summary>
    public const int Whole = 4;

    /// <summary>Makes the change, and says what it was.</summary>
    public string Make(IBlockStore image, ImageMap map, Random chance)
    {
        string change = Field is null ? ChangeWhole(image, map, chance) : ChangeField(image, map, chance);
        if (Sealed)
            Place.Seal?.Invoke(image);
        return $"{Place.Name} at byte {Place.At}: {change}{(Sealed ? ", checksums renewed" : "")}";
    }

    private string ChangeField(IBlockStore image, ImageMap map, Random chance)
    {
        ulong old = Field!.Read(image, Place.At);
        Field.Write(image, Place.At, Value.Of(Number, Field, Place, map, image, chance));
        return $"{Field.Name} from 0x{old:X} to 0x{Field.Read(image, Place.At):X}";
    }

    private string ChangeWhole(IBlockStore image, ImageMap map, Random chance)
    {
        byte[] bytes = image.ReadBytes(Place.At, Place.Bytes);
        switch (Number)
        {
            case 0:
                image.Write(Place.At, new byte[Place.Bytes]);
                return "zeros";
            case 1:
                bytes.AsSpan().Fill(0xFF);
                image.Write(Place.At, bytes);
                return "ones";
            case 2:
                Place other = map.Places[chance.Next(map.Places.Count)];
                image.Write(Place.At, image.ReadBytes(other.At, Math.Min(Place.Bytes, other.Bytes)));
                return $"a copy of {other.Name}";
            default:
                int at = chance.Next(bytes.Length), count = chance.Next(1, 9);
                chance.NextBytes(bytes.AsSpan(at, Math.Min(count, bytes.Length - at)));
                image.Write(Place.At, bytes);
                return $"{count} bytes of noise at {at}";
        }
    }
}
