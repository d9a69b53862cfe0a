namespace ImgShrink.Partitions;

/// <summary>The names of the kinds of partition table, as reports print them.</summary>
public static class TableKind
{
    /// <summary>No table: the image is one volume, or something we do not know.</summary>
    public const string None = "none";

    /// <summary>A master boot record with up to four primary partitions.</summary>
    public const string Mbr = "mbr";

    /// <summary>A GUID partition table.</summary>
    public const string Gpt = "gpt";
}
