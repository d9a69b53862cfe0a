using ImgShrink.Blocks;
using ImgShrink.FileSystems;

namespace ImgShrink.Pipeline;

/// <summary>What a path on a card leads to.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Files">Its files.</param>
/// <param name="Path">The absolute path in it.</param>
/// <param name="Entry">What is there.</param>
internal sealed record FoundFile(CardVolume Volume, IFileTree Files, string Path, FileEntry Entry)
{
    /// <summary>The path as the user would write it.</summary>
    public string Name => Volume.Partition.Number == 0 ? Path : $"{Volume.Partition.Number}:{Path}";
}

/// <summary>Finds files on a card.</summary>
internal static class CardFiles
{
    /// <summary>
    /// What is at a path; null for the root of no volume in particular, where the card has several volumes with files.
    /// </summary>
    /// <exception cref="AccessException">There is nothing, or several volumes have it and none was named.</exception>
    /// <exception cref="ImgShrinkException">The volume that was named cannot be looked into.</exception>
    public static FoundFile? Find(CardImage card, CardPath path)
    {
        if (path.Partition is int number)
            return FindOn(Named(card, number), path.Path)
                ?? throw new AccessException($"There is no {path.Path} in partition {number}.");
        CardVolume[] volumes = [.. card.Volumes.Where(each => each.Volume is IFileVolume)];
        if (volumes.Length == 0)
            throw new UnsupportedImageException(
                "There is no file system on it that can be looked into; ext and FAT can.");
        if (path.Path == "/" && volumes.Length > 1)
            return null;
        // With one volume, its own obstacle is the better answer.
        FoundFile[] found = volumes is [var only]
            ? FindOn(only, path.Path) is { } hit ? [hit] : []
            : [.. volumes.Select(each => TryFindOn(each, path.Path)).OfType<FoundFile>()];
        return found switch
        {
            [var one] => one,
            [] => throw new AccessException($"There is no {path.Path} on it."),
            _ => throw new AccessException(
                $"Several volumes have {path.Path}; name one: {string.Join(", ", found.Select(each => each.Name))}."),
        };
    }

    private static CardVolume Named(CardImage card, int number)
    {
        CardVolume volume = card.Find(number) ?? throw new AccessException(card.NoPartition(number));
        if (volume.Damage is { } damage)
            throw damage;
        return volume;
    }

    private static FoundFile? FindOn(CardVolume volume, string path)
    {
        if (volume.Volume is not IFileVolume holder)
            throw new UnsupportedImageException(
                $"{volume.Partition.Title} is {volume.Volume.FileSystem}, and only ext and FAT can be looked into.");
        IFileTree files = holder.OpenFiles();
        return files.TryStat(path) is { } entry ? new FoundFile(volume, files, path, entry) : null;
    }

    private static FoundFile? TryFindOn(CardVolume volume, string path)
    {
        try
        {
            return FindOn(volume, path);
        }
        catch (Exception closed) when (closed is CorruptImageException or UnsupportedImageException)
        {
            // One volume that cannot be looked into does not hide the others.
            return null;
        }
    }
}
