namespace ImgShrink.OracleTests.Layouts;

/// <summary>A card as it is seen in the field, made small: its starts are real where they matter, its sizes are not.</summary>
/// <param name="Name">What it is.</param>
/// <param name="MiB">Length of the image.</param>
/// <param name="Table">The script for sfdisk; empty for a bare volume.</param>
/// <param name="Parts">What is in the partitions, by number.</param>
internal sealed record Layout(string Name, int MiB, string Table, params Part[] Parts)
{
    /// <summary>Commands to run on the finished image, in whose place stands "IMAGE".</summary>
    public string[] Then { get; init; } = [];

    /// <summary>What info has to say in its notes, a part of each.</summary>
    public string[] Says { get; init; } = [];

    /// <summary>The number of the partition that is shrunk; null where none can be.</summary>
    public int? Shrinks { get; init; } = 2;

    /// <summary>Bytes in a sector.</summary>
    public int Sector { get; init; } = 512;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What is in a partition.</summary>
/// <param name="Number">Its number; 0 for a bare volume.</param>
/// <param name="FileSystem">How ImgShrink names it.</param>
/// <param name="Label">The label; null for none.</param>
internal sealed record Part(int Number, string FileSystem, string? Label = null)
{
    /// <summary>Further options for the formatter.</summary>
    public string Options { get; init; } = "";

    /// <summary>The MiB that the file system takes of a larger partition; null for all of it.</summary>
    public int? MiB { get; init; }

    /// <summary>The text of the file that names partitions: cmdline.txt on FAT, etc/fstab on ext.</summary>
    public string? BootText { get; init; }
}
