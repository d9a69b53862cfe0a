using System.Text;

namespace ImgShrink.FileSystems;

/// <summary>Names and ids of volumes as Linux prints them; null where the field is empty.</summary>
internal static class VolumeText
{
    /// <summary>A label in UTF-8 that ends with its field or a zero.</summary>
    public static string? Utf8(ReadOnlySpan<byte> field) =>
        NullIfEmpty(Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and int end ? field[..end] : field));

    /// <summary>A label in UTF-16 that ends with its field or a zero.</summary>
    public static string? Utf16(ReadOnlySpan<byte> field) =>
        NullIfEmpty(Encoding.Unicode.GetString(field).Split('\0')[0]);

    /// <summary>An id of 16 bytes in the order in which it is printed.</summary>
    public static string? Uuid(ReadOnlySpan<byte> field) =>
        field.ContainsAnyExcept((byte)0) ? new Guid(field, bigEndian: true).ToString() : null;

    private static string? NullIfEmpty(string text) => text.TrimEnd() is { Length: > 0 } label ? label : null;
}
