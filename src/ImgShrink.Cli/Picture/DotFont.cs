using System.Globalization;

namespace ImgShrink.Cli.Picture;

/// <summary>Letters of 5 by 7 dots, with up to two rows below the line: enough to label a picture without a font at hand.</summary>
internal static class DotFont
{
    /// <summary>Rows above the line.</summary>
    public const int Rows = 7;

    private const int Columns = 5, Advance = Columns + 1;

    // A character, and its rows from the top, two hexadecimal digits each; the highest of five bits is the left dot.
    private const string Table = """
        A0E11111F111111 B1E11111E11111E C0E11101010110E D1E11111111111E E1F10101E10101F F1F10101E101010 G0E11101711110F
        H1111111F111111 I0E04040404040E J0702020202120C K11121418141211 L1010101010101F M111B1515111111 N11111915131111
        O0E11111111110E P1E11111E101010 Q0E11111115120D R1E11111E141211 S0F10100E01011E T1F040404040404 U1111111111110E
        V11111111110A04 W1111111515150A X11110A040A1111 Y11110A04040404 Z1F01020408101F
        a00000E010F110F b10101E1111111E c00000E1010110E d01010F1111110F e00000E111F100E f0609081C080808 g00000F1111110F010E
        h10101619111111 i04000C0404040E j02000602020202120C k10101214181412 l0C04040404040E m00001A15151515 n00001619111111
        o00000E1111110E p00001E1111111E1010 q00000F1111110F0101 r00001619101010 s00000E100E011E t08081C08080906
        u0000111111130D v00001111110A04 w0000111115150A x0000110A040A11 y0000111111110F010E z00001F0204081F
        00E11131519110E 1040C040404040E 20E11010204081F 31F02040201110E 402060A121F0202 51F101E0101110E 60608101E11110E
        71F010204080808 80E11110E11110E 90E11110F01020C
        .00000000000C0C ,00000000000C0408 :000C0C000C0C00 ;000C0C000C0408 (02040808080402 )08040202020408 -0000001F000000
        _0000000000001F /01010204081010 +0004041F040400 ?0E110102040004 '040408 %18190204081303 #0A0A1F0A1F0A0A =00001F001F0000
        !04040404040004 &0C12140815120D @0E11171517100E "0A0A
        """;

    private static readonly Dictionary<char, byte[]> Glyphs = Table.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .ToDictionary(each => each[0], each => Convert.FromHexString(each.AsSpan(1)));

    /// <summary>The dots of a text, from the top left corner of its first letter; what has no letter here is a question mark.</summary>
    public static IEnumerable<(int X, int Y)> Dots(string text)
    {
        int left = 0;
        foreach (char each in text.Normalize(System.Text.NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(each) == UnicodeCategory.NonSpacingMark)
                continue;
            byte[] rows = each == ' ' ? [] : Glyphs.GetValueOrDefault(each) ?? Glyphs['?'];
            for (int y = 0; y < rows.Length; y++)
            {
                for (int x = 0; x < Columns; x++)
                {
                    if ((rows[y] >> (Columns - 1 - x) & 1) != 0)
                        yield return (left + x, y);
                }
            }

            left += Advance;
        }
    }
}
