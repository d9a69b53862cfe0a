using System.CommandLine;
using ImgShrink.Devices;
using ImgShrink.FileSystems.Ext;
using ImgShrink.Pipeline;

namespace ImgShrink.Cli.Commands;

/// <summary>The options that say how small an image becomes: by the room in it, by its length, or by the card it is for.</summary>
internal static class SizeOptions
{
    public static readonly Option<string?> Free = new(
        "--free") { HelpName = "size|percent",
            Description = "Room to leave in the file system: a size (500M), a percentage of what is in use (10%), or 0 for the exact minimum; by default 20 MiB, or 1 % if that is more." };
    public static readonly Option<string?> Size = new(
        "--size") { HelpName = "size",
            Description = "Make the image at most this large (7.2GB, 7GiB), and use what that allows." };
    public static readonly Option<string?> Fit = new(
        "--fit") { HelpName = "label|size|device",
            Description = "Make the image fit every card of this label (16GB, 1TB), this size, or this drive, and use what that allows." };

    /// <summary>Room to leave in the file system.</summary>
    /// <exception cref="UsageException">It is no size and no percentage.</exception>
    public static ShrinkRoom RoomOf(ParseResult parsed) => parsed.GetValue(Free) switch
    {
        null => ShrinkRoom.Default,
        var text when SizeText.TryParseShare(text) is double share => ShrinkRoom.Share(share),
        var text => ShrinkRoom.Of(OptionValue.BytesOf(
            "--free", text, "a size such as 7.2GB, 7GiB or 500M, or a percentage such as 10%")),
    };

    /// <summary>Bytes that the image may have; null for as few as possible.</summary>
    /// <exception cref="UsageException">It is no size, or two options contradict each other.</exception>
    /// <exception cref="Blocks.AccessException">The drive that was named cannot be asked.</exception>
    public static long? LargestImageOf(ParseResult parsed)
    {
        string? size = parsed.GetValue(Size), fit = parsed.GetValue(Fit);
        if (size is not null && fit is not null)
            throw new UsageException("--size and --fit cannot be used together: both say how large the image may be.");
        if ((size ?? fit) is not null && parsed.GetValue(Free) is not null)
            throw new UsageException(
                $"{(size is null ? "--fit" : "--size")} and --free cannot be used together: the size decides how much is free.");
        return size is not null ? OptionValue.BytesOf("--size", size) : fit is not null ? CapacityOf(fit) : null;
    }

    private static long CapacityOf(string text)
    {
        if (CardLabel.Find(text) is { } label)
            return label.SmallestBytes;
        if (!Drives.IsDevice(text))
            return OptionValue.BytesOf(
                "--fit", text, "what is printed on a card such as 16GB, a size such as 7.2GB or 7GiB, or a drive");
        using Drive drive = Drives.OpenForReading(text);
        return drive.Length;
    }
}
