namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>What a new file, directory or link is like besides its content.</summary>
internal sealed record NewObject
{
    public const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public const UnixFileMode LinkMode =
        DirectoryMode | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The lower twelve bits of the mode: permissions, set-user-id, set-group-id, sticky.</summary>
    public required UnixFileMode Mode { get; init; }

    /// <summary>The user id.</summary>
    public uint Owner { get; init; }

    /// <summary>The group id.</summary>
    public uint Group { get; init; }

    /// <summary>When the content last changed, to the nanosecond; the editor's time when null.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>Extended attributes by full name ("user.comment", "security.capability"), as stored.</summary>
    public IReadOnlyDictionary<string, byte[]> Attributes { get; init; } = new Dictionary<string, byte[]>();
}
