using System.IO.Compression;
using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;
using Crc32 = System.IO.Hashing.Crc32;

namespace ImgShrink.Containers.Zip;

/// <summary>The one image in a .zip file, stored or deflated; what else is in it does not matter.</summary>
/// <remarks>
/// Told apart by content: an image begins with a boot sector, or an ext superblock at byte 1024. .NET's ZipArchive does not
/// compare the CRC-32, so that is done here. Spec: APPNOTE.TXT.
/// </remarks>
internal sealed class ZipReader : PackedReader
{
    private const int MostEntries = 10_000;
    private const int BytesToLookAt = 1024 + 0x3A;

    private readonly ZipArchive _archive;
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _content;
    private readonly Crc32 _crc = new();
    private long _done;

    public ZipReader(RawImageFile file)
        : base(file)
    {
        _archive = Decode(() => new ZipArchive(Input, ZipArchiveMode.Read, leaveOpen: true));
        _entry = Decode(ChooseEntry);
        _content = Decode(_entry.Open);
    }

    public override long LeastImageBytes => _entry.Length;

    protected override string Format => "zip";

    public override int Read(Span<byte> into)
    {
        int done = 0;
        while (done < into.Length)
        {
            int count = Decode(into[done..]);
            if (count == 0)
                break;
            done += count;
        }

        _crc.Append(into[..done]);
        _done += done;
        if (_done > _entry.Length || done < into.Length && _done < _entry.Length)
            throw Damaged($"{_entry.FullName} has {_done} bytes, expected {_entry.Length}");
        if (done < into.Length && _crc.GetCurrentHashAsUInt32() != _entry.Crc32)
            throw Damaged($"the CRC-32 of {_entry.FullName} does not match");
        return done;
    }

    public override void Dispose()
    {
        _content.Dispose();
        _archive.Dispose();
        base.Dispose();
    }

    private ZipArchiveEntry ChooseEntry()
    {
        if (_archive.Entries.Count > MostEntries)
            throw new UnsupportedImageException($"{Path} holds {_archive.Entries.Count} files. Unpack the image in it first.");
        ZipArchiveEntry[] images = [.. _archive.Entries.Where(IsImage)];
        return images switch
        {
            [var one] => one,
            [] => throw new UnsupportedImageException(
                $"{Path} is a zip file without a card image in it; it holds {Names(_archive.Entries)}. "
                + "If one of these is an image in another format, unpack it first."),
            _ => throw new UnsupportedImageException(
                $"{Path} holds more than one image: {Names(images)}. Unpack the one you want first."),
        };
    }

    private bool IsImage(ZipArchiveEntry entry)
    {
        if (entry.Length < BytesToLookAt)
            return false;
        if (entry.IsEncrypted)
            throw new UnsupportedImageException($"{entry.FullName} in {Path} is encrypted. Unpack it first.");
        var first = new byte[BytesToLookAt];
        using Stream content = entry.Open();
        return content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
            && (Le.U16(first, 510) == 0xAA55 || Le.U16(first, 1024 + 0x38) == 0xEF53);
    }

    private int Decode(Span<byte> into)
    {
        try
        {
            return _content.Read(into);
        }
        catch (InvalidDataException)
        {
            throw Damaged($"{_entry.FullName} does not decode");
        }
    }

    private T Decode<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception cause) when (cause is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(cause.Message);
        }
    }

    private static string Names(IReadOnlyCollection<ZipArchiveEntry> entries) => entries.Count == 0 ? "nothing"
        : string.Join(", ", entries.Take(5).Select(entry => entry.FullName)) + (entries.Count > 5 ? ", ..." : "");
}
