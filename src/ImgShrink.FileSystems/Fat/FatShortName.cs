using System.Text;

namespace ImgShrink.FileSystems.Fat;

/// <summary>The eleven bytes of a short name: eight of base, three of extension, padded with spaces.</summary>
/// <remarks>Spec: Microsoft FAT specification 1.03, sections 6.1 and 7.2.</remarks>
internal static class FatShortName
{
    public const int Size = 11;

    private const string LegalMarks = "$%'-_@~`!(){}^#&";
    private const byte LowerBase = 0x08;
    private const byte LowerExtension = 0x10;

    // Code page 437 from 0x80 on, what Linux takes short names to be in when it is not told otherwise.
    private const string UpperHalf =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";

    /// <summary>The name as it is shown: "CMDLINE.TXT", in lower case where the flags of Windows NT say so.</summary>
    public static string Show(ReadOnlySpan<byte> name, byte caseFlags)
    {
        string stem = Decode(name[..8]), extension = Decode(name[8..]);

        // 0xE5 marks a deleted entry, so a name that begins with that byte is stored with 0x05.
        if (name[0] == 0x05)
            stem = UpperHalf[0xE5 - 0x80] + stem[1..];
        if ((caseFlags & LowerBase) != 0)
            stem = stem.ToLowerInvariant();
        if ((caseFlags & LowerExtension) != 0)
            extension = extension.ToLowerInvariant();
        return extension.Length == 0 ? stem : $"{stem}.{extension}";
    }

    /// <summary>Text in padded bytes, such as a volume label.</summary>
    public static string Decode(ReadOnlySpan<byte> padded)
    {
        var text = new StringBuilder(padded.Length);
        foreach (byte value in padded)
            text.Append(value < 0x80 ? (char)value : UpperHalf[value - 0x80]);
        return text.ToString().TrimEnd(' ', '\0');
    }

    /// <summary>The checksum that ties the parts of a long name to their short one.</summary>
    public static byte Checksum(ReadOnlySpan<byte> name)
    {
        int sum = 0;
        foreach (byte value in name)
            sum = (((sum & 1) << 7) + (sum >> 1) + value) & 0xFF;
        return (byte)sum;
    }

    /// <summary>
    /// The short name for a long one: itself in upper case if that fits, else with a number ("CONFIG~1.TXT").
    /// </summary>
    /// <param name="name">The long name.</param>
    /// <param name="isTaken">Whether the directory has a short name already.</param>
    /// <param name="isExact">
    /// Whether the long name says no more than the short one, so that it need not be stored.
    /// </param>
    public static byte[] For(string name, Func<byte[], bool> isTaken, out bool isExact)
    {
        int dot = name.LastIndexOf('.');
        string stem = dot > 0 ? name[..dot] : name, extension = dot > 0 ? name[(dot + 1)..] : "";
        string legalStem = Legal(stem), legalExtension = Legal(extension);
        bool fits = legalStem.Length is > 0 and <= 8 && legalExtension.Length <= 3
            && legalStem.Equals(stem, StringComparison.OrdinalIgnoreCase)
            && legalExtension.Equals(extension, StringComparison.OrdinalIgnoreCase);
        isExact = fits && legalStem == stem && legalExtension == extension;
        if (fits && Pack(legalStem, legalExtension) is var plain && !isTaken(plain))
            return plain;
        isExact = false;
        for (int number = 1; ; number++)
        {
            string tail = $"~{number}";
            byte[] numbered = Pack(legalStem[..Math.Min(legalStem.Length, 8 - tail.Length)] + tail, legalExtension);
            if (!isTaken(numbered))
                return numbered;
        }
    }

    private static string Legal(string part)
    {
        var legal = new StringBuilder();
        foreach (char unit in part.ToUpperInvariant())
            if (char.IsAsciiLetterOrDigit(unit) || LegalMarks.Contains(unit, StringComparison.Ordinal))
                legal.Append(unit);
            else if (unit is not (' ' or '.'))
                legal.Append('_');
        return legal.ToString();
    }

    private static byte[] Pack(string stem, string extension) =>
        Encoding.ASCII.GetBytes(stem.PadRight(8) + extension.PadRight(3)[..3]);
}
