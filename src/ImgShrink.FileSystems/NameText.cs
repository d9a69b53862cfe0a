using System.Text;
using System.Text.Unicode;

namespace ImgShrink.FileSystems;

/// <summary>Names of files as text, and back, without loss: on the medium they are bytes, usually UTF-8 and not always.</summary>
/// <remarks>
/// A byte 0x80 to 0xFF that is no UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, which no valid text holds. In a name of
/// a directory so does a slash, which would be the end of it in a path, and a zero.
/// </remarks>
public static class NameText
{
    private const int FirstEscape = 0xDC00;
    private const char Slash = (char)(FirstEscape + '/'), Zero = (char)FirstEscape;

    /// <summary>The text of one name in a directory: the last of a path, whatever it holds.</summary>
    public static string DecodeName(ReadOnlySpan<byte> name) => Name(Decode(name));

    /// <summary>The same of a name that is kept as text.</summary>
    public static string Name(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace('/', Slash).Replace('\0', Zero);
    }

    /// <summary>The text of a path, such as the target of a link, or of anything else that is kept as bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name))
            return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                used = 1;
                text.Append((char)(FirstEscape + name[0]));
            }

            name = name[used..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name that <see cref="Decode"/> gave, or that somebody typed.</summary>
    public static byte[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(IsEscape))
            return Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>(text.Length);
        Span<byte> one = stackalloc byte[4];
        for (int at = 0; at < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                bytes.AddRange(one[..rune.EncodeToUtf8(one)]);
                at += rune.Utf16SequenceLength;
            }
            else
            {
                bytes.Add(IsEscape(text[at]) ? (byte)(text[at] - FirstEscape) : (byte)'?');
                at++;
            }
        }

        return [.. bytes];
    }

    /// <summary>Whether a character of a name stands for a byte that is no text.</summary>
    /// <remarks>Only where it stands alone: it may be the second half of a character, too.</remarks>
    public static bool IsEscape(char character) => character is >= '\uDC80' and <= '\uDCFF' or Slash or Zero;
}
