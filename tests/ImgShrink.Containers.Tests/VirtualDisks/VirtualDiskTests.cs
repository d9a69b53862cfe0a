using System.Numerics;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Tests.VirtualDisks;

/// <summary>Disks that qemu-img made.</summary>
public sealed class VirtualDiskTests : IDisposable
{
    private const int Mebi = 1 << 20;

    private static readonly string[] s_vhd = ["-O", "vpc"], s_fixed = ["-O", "vpc", "-o", "subformat=fixed"], s_vhdx = ["-O", "vhdx"];

    private readonly TempFolder _folder = new();
    private readonly byte[] _image = new byte[20 * Mebi];

    public VirtualDiskTests()
    {
        Noise.Bytes(1, 3 * Mebi).CopyTo(_image, 0);
        Noise.Bytes(2, 5000).CopyTo(_image, 9 * Mebi + 100);
        Noise.Bytes(3, 512).CopyTo(_image, _image.Length - 512);
    }

    public static TheoryData<string> Kinds => ["vhd", "fixed", "vhdx", "vhdx, 8 MiB blocks"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reads_as_the_disk(string kind)
    {
        if (!TryMake(kind, out string path))
            return;
        using IImageSource disk = Open(path);
        Assert.Equal(path, disk.Path);
        // qemu-img rounds the length of a VHD up to whole cylinders.
        Assert.InRange(disk.Length, _image.Length, _image.Length + Mebi);
        byte[] all = disk.ReadBytes(0, (int)disk.Length);
        Assert.True(_image.AsSpan().SequenceEqual(all.AsSpan(0, _image.Length)));
        Assert.False(all.AsSpan(_image.Length).ContainsAnyExcept((byte)0));

        RangeSet data = disk.DataRanges();
        Assert.True(data.TotalBytes <= 18 * Mebi || kind.Contains('8'), "nothing is known to be a hole");
        for (int at = 0; at < _image.Length; at += RangeSet.SectorSize)
            Assert.True(data.Contains(at) || !_image.AsSpan(at, RangeSet.SectorSize).ContainsAnyExcept((byte)0));

        // Any part of it reads as the same part of the whole.
        var random = new Random(7);
        for (int i = 0; i < 50; i++)
        {
            int at = random.Next(_image.Length), count = random.Next(Math.Min(3 * Mebi, _image.Length - at));
            Assert.True(_image.AsSpan(at, count).SequenceEqual(disk.ReadBytes(at, count)));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => disk.Read(disk.Length - 1, new byte[2]));
    }

    [Theory]
    [InlineData("vhd")]
    [InlineData("vhdx")]
    public void Damage_ends_in_a_sentence(string kind)
    {
        if (!TryMake(kind, out string path))
            return;
        byte[] whole = File.ReadAllBytes(path);
        // Where the structures are: all of the footer, header and table of a VHD; the slots of a VHDX.
        int[] starts = kind == "vhd" ? [0, 512, 1536] : [0, 65536, 65536 * 2, 65536 * 3, 65536 * 4, 2 * Mebi, 3 * Mebi];
        var random = new Random(20261125);
        int refused = 0;
        for (int round = 0; round < 60; round++)
        {
            var damaged = (byte[])whole.Clone();
            int start = starts[round % starts.Length];
            for (int i = 0; i < 8; i++)
                damaged[start + random.Next(200)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                using IImageSource disk = Open(path);
                disk.ReadBytes(0, (int)Math.Min(disk.Length, 4 * Mebi));
                _ = disk.DataRanges();
            }
            catch (ImgShrinkException known) when (known.ExitCode is 3 or 4)
            {
                refused++;
            }
        }

        Assert.InRange(refused, kind == "vhd" ? 20 : 8, 60); // Of what a VHDX has twice, one may be damaged.
    }

    [Theory]
    [InlineData("vhd", 100)]
    [InlineData("vhd", 3000)]
    [InlineData("vhdx", 100)]
    [InlineData("vhdx", 3 * Mebi)]
    public void A_file_that_is_cut_short_is_refused(string kind, int length)
    {
        if (!TryMake(kind, out string path))
            return;
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(length);
        Assert.StartsWith(path, Assert.Throws<CorruptImageException>(() => Open(path).Dispose()).Message);
    }

    [Fact]
    public void A_block_that_is_larger_than_the_file_is_refused()
    {
        if (!TryMake("vhdx", out string path))
            return;
        byte[] bytes = File.ReadAllBytes(path);
        int metadata = bytes.AsSpan().IndexOf("metadata"u8);
        int parameters = metadata + (int)Le.U32(bytes, metadata + 32 + 16); // Offset of the first item, the File Parameters
        Le.Put32(bytes, parameters, 256 * Mebi); // BlockSize
        File.WriteAllBytes(path, bytes);
        Assert.Contains("expected a block inside of the file, or none", Assert.Throws<CorruptImageException>(() => Open(path).Dispose()).Message);
    }

    [Fact]
    public void A_log_that_is_not_empty_is_refused()
    {
        if (!TryMake("vhdx", out string path))
            return;
        foreach (int place in new[] { 65536, 65536 * 2 })
            Change(path, place, 4096, header => header[0x30] = 1); // LogGuid
        Assert.Contains("its log is not empty. Attach and detach it once", Assert.Throws<UnsupportedImageException>(() => Open(path).Dispose()).Message);
    }

    [Fact]
    public void The_newer_of_two_headers_counts()
    {
        if (!TryMake("vhdx", out string path))
            return;
        Change(path, 65536, 4096, header => (header[0x8], header[0x30]) = (0, 1)); // An older one, with a log.
        Change(path, 65536 * 2, 4096, header => header[0x8] = 9);
        Open(path).Dispose();
        Change(path, 65536, 4096, header => header[0x8] = 10);
        Assert.Throws<UnsupportedImageException>(() => Open(path).Dispose());
    }

    [Fact]
    public void A_footer_that_is_not_sound_is_content()
    {
        if (!TryMake("fixed", out string path))
            return;
        long length = new FileInfo(path).Length;
        byte[] bytes = File.ReadAllBytes(path);
        bytes[length - 512 + 0x40] ^= 1; // Checksum
        File.WriteAllBytes(path, bytes);
        using IImageSource disk = Open(path);
        Assert.Equal(length, disk.Length);
    }

    [Fact]
    public void A_sector_that_the_bitmap_leaves_out_is_zero()
    {
        if (!TryMake("vhd", out string path))
            return;
        byte[] bytes = File.ReadAllBytes(path);
        int table = 512 + 1024, block = (int)Be.U32(bytes, table) * 512;
        bytes[block] = 0b1011_1111;
        File.WriteAllBytes(path, bytes);
        _image.AsSpan(512, 512).Clear();
        using IImageSource disk = Open(path);
        Assert.True(_image.AsSpan(0, 4096).SequenceEqual(disk.ReadBytes(0, 4096)));
        Assert.True(_image.AsSpan(700, 1000).SequenceEqual(disk.ReadBytes(700, 1000)));
    }

    private bool TryMake(string kind, out string path)
    {
        path = _folder["disk"];
        if (!Tool.Exists("qemu-img"))
            return false;
        File.WriteAllBytes(_folder["raw"], _image);
        string[] options = kind switch
        {
            "vhd" => s_vhd,
            "fixed" => s_fixed,
            "vhdx" => [.. s_vhdx, "-o", "block_size=1M"],
            _ => [.. s_vhdx, "-o", "block_size=8M"],
        };
        Tool.Run("qemu-img", ["convert", "-f", "raw", .. options, _folder["raw"], path]);
        return true;
    }

    private IImageSource Open(string path) =>
        ImageFile.Open(path, new UnpackOptions(_folder.Root), CancellationToken.None);

    /// <summary>Changes a structure of a VHDX, and makes its checksum right again.</summary>
    private static void Change(string path, int at, int length, Action<byte[]> change)
    {
        byte[] file = File.ReadAllBytes(path);
        byte[] structure = file[at..(at + length)];
        change(structure);
        BitConverter.GetBytes(0).CopyTo(structure, 4);
        uint state = uint.MaxValue;
        foreach (byte value in structure)
            state = BitOperations.Crc32C(state, value);
        BitConverter.GetBytes(~state).CopyTo(structure, 4);
        structure.CopyTo(file, at);
        File.WriteAllBytes(path, file);
    }
}
