using System.Text;
using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>A map of what could not be read, in the form of GNU ddrescue, which can go on from it.</summary>
/// <remarks>Spec: the manual of ddrescue, "Mapfile structure". What we did not need to read counts as not tried.</remarks>
internal static class UnreadableMap
{
    /// <summary>The text for a card of so many bytes.</summary>
    public static string Of(RangeSet unreadable, long length)
    {
        var text = new StringBuilder("# Mapfile. Written by ImgShrink: '-' could not be read, '?' was read or not needed.\n");
        text.Append("# current_pos  current_status  current_pass\n0x00000000     ?               1\n");
        text.Append("#      pos        size  status\n");
        long at = 0;
        foreach (ByteRange range in unreadable.Ranges())
        {
            Line(at, range.Start, '?');
            Line(range.Start, range.End, '-');
            at = range.End;
        }

        Line(at, length, '?');
        return text.ToString();

        void Line(long from, long to, char status)
        {
            if (to > from)
                text.Append($"0x{from:X8}  0x{to - from:X8}  {status}\n");
        }
    }
}
