using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>A step of a redo journal, viewed in place.</summary>
/// <remarks>32 bytes, little-endian; docs/ON-DISK.md, "The redo journal".</remarks>
internal readonly ref struct RedoStepBytes
{
    private readonly Span<byte> _b;

    public RedoStepBytes(Span<byte> bytes) => _b = bytes[..RedoJournal.StepSize];

    public RedoStep Step
    {
        get => unchecked(new RedoStep(
            (RedoKind)Le.U32(_b, 0x00), (long)Le.U64(_b, 0x08), (long)Le.U64(_b, 0x10), (long)Le.U64(_b, 0x18)));
        set
        {
            Le.Put32(_b, 0x00, (uint)value.Kind);
            Le.Put64(_b, 0x08, (ulong)value.At);
            Le.Put64(_b, 0x10, (ulong)value.Length);
            Le.Put64(_b, 0x18, (ulong)value.From);
        }
    }
}
