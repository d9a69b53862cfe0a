using System.Diagnostics;

namespace ImgShrink.Containers.Tests.Unpacking;

/// <summary>An image with a boot sector, gaps, text and noise, and the ways in which other programs pack it.</summary>
internal static class PackedImages
{
    /// <summary>What a shell does to "card.img" to make "packed"; the words before ':' name the way.</summary>
    public static readonly string[] Ways =
    [
        "zstd, threads: zstd -q -T0 card.img -o packed",
        "zstd, from a pipe: zstd -q -1 < card.img > packed",
        "zstd, long 27: zstd -q -1 --long=27 < card.img > packed",
        "zstd, long 31: zstd -q -1 --long=31 < card.img > packed",
        "zstd, many frames: split -b 1000001 card.img part.; for p in part.*; do zstd -q -c $p; done > packed",
        "zstd, skippable first: printf '\\120\\052\\115\\030\\003\\000\\000\\000abc' > packed; zstd -q -c card.img >> packed",
        "gzip, fast: gzip -1 -c card.img > packed",
        "gzip, best, without a name: gzip -9 -n -c card.img > packed",
        "gzip, pigz: pigz -p 2 -c card.img > packed",
        "gzip, many members: split -b 1000001 card.img part.; for p in part.*; do gzip -1 -c $p; done > packed",
        "gzip, an empty member first: gzip < /dev/null > packed; gzip -1 -c card.img >> packed",
        "gzip, an empty member last: gzip -1 -c card.img > packed; gzip < /dev/null >> packed",
        "gzip, zeros behind: gzip -1 -c card.img > packed; head -c 100000 /dev/zero >> packed",
        "gzip, with a comment and a CRC: gzip -1 -n -c card.img > a; { printf '\\037\\213\\010\\022\\0\\0\\0\\0\\0\\003text\\0\\0\\0'; tail -c +11 a; } > packed",
        "xz, threads: xz -T2 -1 --block-size=1MiB -c card.img > packed",
        "xz, many streams, padded: split -b 1000001 card.img part.; for p in part.*; do xz -0 -c $p; head -c 4 /dev/zero; done > packed",
        "bzip2: bzip2 -1 -c card.img > packed",
        "bzip2, many streams: split -b 1000001 card.img part.; for p in part.*; do bzip2 -9 -c $p; done > packed",
        "zip: echo hello > readme; 7z a -tzip -mx1 packed.zip readme card.img > log; mv packed.zip packed",
        "zip, stored: echo hello > readme; 7z a -tzip -mx0 packed.zip card.img readme > log; mv packed.zip packed",
        "zip, streamed, zip64: bsdtar --format=zip --options zip:zip64 -cf packed card.img",
    ];

    public static IEnumerable<string> Names => Ways.Select(way => way.Split(':')[0]);

    /// <summary>5 MiB and some bytes.</summary>
    public static byte[] Image { get; } = MakeImage();

    /// <summary>Packs the image in one of the ways; false where that needs another machine.</summary>
    public static bool TryPack(string name, TempFolder folder, out string path)
    {
        path = folder["packed"];
        if (OperatingSystem.IsWindows() || !new[] { "sh", "zstd", "gzip", "pigz", "bzip2", "xz", "7z", "bsdtar" }.All(Tool.Exists))
            return false;
        File.WriteAllBytes(folder["card.img"], Image);
        string way = Ways.Single(each => each.StartsWith(name + ": ", StringComparison.Ordinal));
        Shell($"cd '{folder.Root}' && {way[(name.Length + 2)..]}");
        return true;
    }

    public static void Shell(string script)
    {
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-e", "-c", script]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {errors}");
    }

    private static byte[] MakeImage()
    {
        var image = new byte[(5 << 20) + 777];
        Noise.Bytes(1, 3 << 19).CopyTo(image, 512 << 10);
        for (int at = 3 << 20; at < 4 << 20; at++)
            image[at] = (byte)"All work and no play makes Jack a dull boy. "[at % 44];
        Noise.Bytes(2, 70_000).CopyTo(image, image.Length - 70_000);
        (image[510], image[511]) = (0x55, 0xAA);
        return image;
    }
}
