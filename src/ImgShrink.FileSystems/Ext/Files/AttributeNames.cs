using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ext.Files;

/// <summary>Names of extended attributes: a number for the usual prefixes, and the rest as bytes.</summary>
/// <remarks>Spec: kernel documentation, filesystems/ext4, "Extended Attributes", table of e_name_index.</remarks>
internal static class AttributeNames
{
    // Longer prefixes first: an access list has no name behind its prefix.
    private static readonly (string Prefix, byte Index)[] s_prefixes =
    [
        ("system.posix_acl_access", 2), ("system.posix_acl_default", 3),
        ("user.", 1), ("trusted.", 4), ("security.", 6),
    ];

    /// <summary>The number of the prefix, and the name behind it.</summary>
    /// <exception cref="UnsupportedImageException">The prefix has no number here.</exception>
    public static (byte Index, byte[] Name) Split(string name)
    {
        foreach (var (prefix, index) in s_prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return (index, Encoding.UTF8.GetBytes(name[prefix.Length..]));
        }

        throw new UnsupportedImageException($"The extended attribute {name} has a prefix that is not supported.");
    }

    /// <summary>The whole name; a number without a known prefix stays a number: "7:data".</summary>
    public static string Join(byte index, ReadOnlySpan<byte> rest)
    {
        string? prefix = Array.Find(s_prefixes, each => each.Index == index).Prefix;
        return (prefix ?? $"{index}:") + NameText.Decode(rest);
    }
}
