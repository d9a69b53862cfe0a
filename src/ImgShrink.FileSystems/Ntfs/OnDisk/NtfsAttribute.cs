using ImgShrink.Blocks;

namespace ImgShrink.FileSystems.Ntfs.OnDisk;

/// <summary>An attribute of a file record, viewed in place: its content, or where on the volume that is.</summary>
/// <remarks>Spec: Linux-NTFS project, NTFS documentation, "Attributes" and "Standard Attribute Header".</remarks>
internal readonly ref struct NtfsAttribute
{
    public const uint List = 0x20;
    public const uint FileName = 0x30;
    public const uint VolumeName = 0x60;
    public const uint VolumeInformation = 0x70;
    public const uint Data = 0x80;
    public const uint End = 0xFFFFFFFF;

    private const int ResidentHeader = 0x18;
    private const int OutsideHeader = 0x40;

    private readonly ReadOnlySpan<byte> _b;

    public NtfsAttribute(ReadOnlySpan<byte> bytes) => _b = bytes;

    public uint Type => Le.U32(_b, 0x00);
    public uint Length => Le.U32(_b, 0x04);
    public bool IsOutside => _b[0x08] != 0;                                         // non-resident
    public bool IsNamed => _b[0x09] != 0;                                           // length of the name
    public ulong FirstVcn => Le.U64(_b, 0x10);                                      // starting VCN
    public ulong DataSize => Le.U64(_b, 0x30);                                      // real size; in the first piece only
    public ulong InitializedSize => Le.U64(_b, 0x38);                               // initialized size, likewise

    /// <summary>Content that lies in the record; empty where it would not.</summary>
    public ReadOnlySpan<byte> Content
    {
        get
        {
            uint length = Le.U32(_b, 0x10);
            int at = Le.U16(_b, 0x14);
            return at <= _b.Length && length <= _b.Length - at ? _b.Slice(at, (int)length) : [];
        }
    }

    /// <summary>Where the content lies, as packed runs.</summary>
    public ReadOnlySpan<byte> MappingPairs => Le.U16(_b, 0x20) is var at && at <= _b.Length ? _b[at..] : [];

    /// <summary>The attribute that begins a span, cut to its length; false where its length is impossible.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NtfsAttribute attribute)
    {
        attribute = default;
        if (bytes.Length < ResidentHeader)
            return false;
        var whole = new NtfsAttribute(bytes);
        if (whole.Length % 8 != 0 || whole.Length > bytes.Length
            || whole.Length < (whole.IsOutside ? OutsideHeader : ResidentHeader))
            return false;
        attribute = new NtfsAttribute(bytes[..(int)whole.Length]);
        return true;
    }
}
