using System.IO.Compression;
using ImgShrink.Blocks;
using ImgShrink.Containers.Unpacking;
using Crc32 = System.IO.Hashing.Crc32;

namespace ImgShrink.Containers.Deflate;

/// <summary>A .gz file of any maker: one member or many, zeros behind them.</summary>
/// <remarks>
/// <para>.NET's own GZipStream takes a file that is cut short, or whose second member has a damaged header, for whole.
/// So members are told apart here, and their CRC32 and ISIZE are compared. Spec: RFC 1952.</para>
/// <para>DeflateStream does not say where the compressed data ended. But behind it stand eight bytes that are known by
/// then: it ended where they are found, near the end of what the stream has taken.</para>
/// </remarks>
internal sealed class GzipReader(RawImageFile file) : PackedReader(file)
{
    private const int HeaderSize = 10;
    private const int TrailerSize = 8;

    // More than DeflateStream takes at once, twice.
    private const int Lookback = 65536;

    private readonly Crc32 _crc = new();
    private DeflateStream? _inflater;
    private long _dataStart, _memberBytes;
    private bool _ended;

    /// <summary>The bits of FLG.</summary>
    [Flags]
    private enum Flags : byte
    {
        HeaderCrc = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xE0,
    }

    protected override string Format => "gzip";

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08]; // ID1, ID2, CM

    public override int Read(Span<byte> into)
    {
        int done = 0;
        while (done < into.Length && !_ended)
        {
            _inflater ??= OpenMember();
            int count = Inflate(_inflater, into[done..]);
            if (count == 0)
                CloseMember();
            done += count;
        }

        return done;
    }

    public override void Dispose()
    {
        _inflater?.Dispose();
        base.Dispose();
    }

    private DeflateStream OpenMember()
    {
        SkipHeader();
        _crc.Reset();
        (_dataStart, _memberBytes) = (Input.Position, 0);
        return new DeflateStream(Input, CompressionMode.Decompress, leaveOpen: true);
    }

    private int Inflate(DeflateStream inflater, Span<byte> into)
    {
        try
        {
            int count = inflater.Read(into);
            _crc.Append(into[..count]);
            _memberBytes += count;
            return count;
        }
        catch (InvalidDataException)
        {
            throw Damaged("it does not decode");
        }
    }

    /// <summary>Finds and compares the trailer, and goes behind it.</summary>
    private void CloseMember()
    {
        _inflater!.Dispose();
        _inflater = null;
        Span<byte> trailer = stackalloc byte[TrailerSize];
        Le.Put32(trailer, 0, _crc.GetCurrentHashAsUInt32()); // CRC32
        Le.Put32(trailer, 4, unchecked((uint)_memberBytes)); // ISIZE

        long start = Math.Max(_dataStart, Input.Position - Lookback);
        var last = new byte[Math.Min(Input.Position + TrailerSize, FileBytes) - start];
        Input.Position = start;
        Input.ReadExactly(last);
        // The trailer of an empty member is all zeros, so that only what stands behind it tells where it is.
        int from = 0, found;
        while ((found = last.AsSpan(from).IndexOf(trailer)) >= 0)
        {
            from += found + 1;
            long end = start + from - 1 + TrailerSize;
            if (end == FileBytes || NextIsMember(end))
            {
                (Input.Position, _ended) = (end, end == FileBytes);
                return;
            }
        }

        if (from == 0)
            throw Damaged("it is cut short, or its length or its CRC32 does not match");
        Input.Position = start + from - 1 + TrailerSize;
        RequireOnlyZeros();
        _ended = true;
    }

    private bool NextIsMember(long at)
    {
        Span<byte> next = stackalloc byte[Magic.Length];
        Input.Position = at;
        return Input.ReadAtLeast(next, next.Length, throwOnEndOfStream: false) == next.Length && next.SequenceEqual(Magic);
    }

    private void SkipHeader()
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (Input.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize)
            throw CutShort();
        var flags = (Flags)header[3]; // FLG
        if ((flags & Flags.Reserved) != 0)
            throw Damaged($"FLG is 0x{header[3]:X2}");
        if (flags.HasFlag(Flags.Extra))
            Input.Position += NextByte() | NextByte() << 8; // XLEN
        if (flags.HasFlag(Flags.Name))
            SkipText();
        if (flags.HasFlag(Flags.Comment))
            SkipText();
        if (flags.HasFlag(Flags.HeaderCrc))
            Input.Position += 2;
        if (Input.Position >= FileBytes)
            throw CutShort();
    }

    private void SkipText()
    {
        while (NextByte() != 0)
        {
        }
    }

    private int NextByte() => Input.ReadByte() is >= 0 and int value ? value : throw CutShort();
}
