using System.Buffers.Binary;
using System.Text;
using ImgShrink.SampleCards.Cards;

namespace ImgShrink.SampleCards.Ext.Tree;

/// <summary>Pages of bytes without any pattern.</summary>
internal static class Noise
{
    public static void Fill(ulong seed, long number, Span<byte> page)
    {
        var random = new SampleRandom(unchecked(seed + (ulong)number * 0xD1342543DE82EF95));
        for (int at = 0; at < page.Length; at += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(page[at..], random.Next());
    }
}

/// <summary>Pages of words in lines.</summary>
internal static class Prose
{
    private static readonly byte[][] s_words =
    [
        .. """
            the of to and in is for that it on with as be this at by from or are not if an was which can will has when one
            systemd service unit target mount device kernel network interface address started stopped failed finished reached
            warning error info debug notice config option value default enabled disabled file directory path user group root
            raspberrypi bcm2711 mmc0 mmcblk0p2 usb eth0 wlan0 dhcpcd sshd cron python3 apt dpkg package version install remove
            return import def class self None True False print raise try except while break continue yield lambda global
            0x0000 0x1f40 192.168.1.17 2024-11-19 14:02:07 /usr/lib/ /etc/ /var/log/ GET POST 200 404 # -- == {} []
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Encoding.ASCII.GetBytes),
    ];

    public static void Fill(ulong seed, long number, Span<byte> page)
    {
        var random = new SampleRandom(unchecked(seed ^ 0x5DEECE66D) + (ulong)number);
        int at = 0;
        while (at < page.Length)
        {
            // The product of two draws makes the words at the start of the list the frequent ones.
            int rank = random.Below(s_words.Length) * random.Below(s_words.Length) / s_words.Length;
            ReadOnlySpan<byte> word = s_words[rank];
            int count = Math.Min(word.Length, page.Length - at);
            word[..count].CopyTo(page[at..]);
            at += count;
            if (at < page.Length)
                page[at++] = random.OneIn(12) ? (byte)'\n' : (byte)' ';
        }
    }
}
