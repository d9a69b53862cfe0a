using System.Text;
using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.References;

/// <summary>A reference that was found, and where it leads.</summary>
/// <param name="Partition">The number of the partition that holds the file.</param>
/// <param name="File">The file's path on it.</param>
/// <param name="Reference">What the file asks for.</param>
/// <param name="Target">The number of the partition that is meant; null where none on the card is.</param>
public sealed record FoundReference(int Partition, string File, BootReference Reference, int? Target)
{
    /// <summary>What it is, for a sentence.</summary>
    public override string ToString() => $"{File} on partition {Partition} asks for {Reference}";
}

/// <summary>Whether the files that a card boots by find the partitions that they ask for.</summary>
public static class ReferenceCheck
{
    /// <summary>All references in the boot files of a card, and where they lead.</summary>
    /// <param name="volumes">The volumes that can be looked into, by number of their partition.</param>
    /// <param name="names">The names of all partitions.</param>
    public static IReadOnlyList<FoundReference> Resolve(
        IEnumerable<(int Partition, IFileTree Files)> volumes, IReadOnlyList<PartitionNames> names)
    {
        ArgumentNullException.ThrowIfNull(volumes);
        ArgumentNullException.ThrowIfNull(names);
        return
        [
            .. from volume in volumes
               from file in BootFiles.Of(volume.Files)
               let text = Encoding.UTF8.GetString(volume.Files.TryReadFile(file) ?? [])
               from reference in ReferenceScan.In(text)
               select new FoundReference(
                   volume.Partition, file, reference, names.FirstOrDefault(each => each.Answers(reference))?.Number),
        ];
    }

    /// <summary>What leads nowhere, in sentences that name the file.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<FoundReference> found) =>
        found.Where(each => each.Target is null).Select(each => $"{each}, which nothing on the card has.");

    /// <summary>Throws where a reference leads nowhere in the result that led somewhere, or did not exist, in the source.</summary>
    /// <exception cref="VerificationException">With the first such reference.</exception>
    public static void RequireKept(IEnumerable<FoundReference> source, IEnumerable<FoundReference> result)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(result);
        HashSet<FoundReference> nowhereBefore = [.. source.Where(each => each.Target is null)];
        if (result.FirstOrDefault(each => each.Target is null && !nowhereBefore.Contains(each)) is { } lost)
            throw new VerificationException(
                $"{lost}, which nothing on the planned card has: it would not boot. Nothing was written. Please report this; "
                + "--no-shrink --expand none may still work.");
    }
}
