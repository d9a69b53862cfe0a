namespace ImgShrink.FirstBoot.References;

/// <summary>The kinds of names by which boot files ask for a partition.</summary>
public enum ReferenceKind
{
    /// <summary>The id of a partition: "4f1c2a77-02" on MBR, a GUID on GPT.</summary>
    PartUuid,

    /// <summary>The name of a partition in a GPT.</summary>
    PartLabel,

    /// <summary>The id of a file system.</summary>
    Uuid,

    /// <summary>The label of a file system.</summary>
    Label,
}

/// <summary>A partition as a boot file asks for it.</summary>
/// <param name="Kind">What kind of name it is.</param>
/// <param name="Name">The name, without quotes and escapes.</param>
public readonly record struct BootReference(ReferenceKind Kind, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToUpperInvariant()}={Name}";
}

/// <summary>The names that a partition and its volume answer to.</summary>
/// <param name="Number">The number of the partition.</param>
/// <param name="PartUuid">Its id; null where it has none.</param>
/// <param name="PartLabel">Its name in a GPT; null where it has none.</param>
/// <param name="Uuid">The id of its file system; null where it has none.</param>
/// <param name="Label">The label of its file system; null where it has none.</param>
public sealed record PartitionNames(int Number, string? PartUuid, string? PartLabel, string? Uuid, string? Label)
{
    /// <summary>Whether a reference means this partition. Ids may be written in either case, names may not.</summary>
    public bool Answers(BootReference reference) => reference.Kind switch
    {
        ReferenceKind.PartUuid => string.Equals(reference.Name, PartUuid, StringComparison.OrdinalIgnoreCase),
        ReferenceKind.Uuid => string.Equals(reference.Name, Uuid, StringComparison.OrdinalIgnoreCase),
        ReferenceKind.PartLabel => reference.Name == PartLabel,
        _ => reference.Name == Label,
    };
}
