using System.Runtime.InteropServices;

namespace ImgShrink.Devices;

/// <summary>Memory that a drive can transfer to and from directly: it starts at a multiple of 4096.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>Every address that is a multiple of this suits every drive.</summary>
    public const int Alignment = 4096;

    private byte* _bytes;

    /// <summary>Takes <paramref name="length"/> bytes, which are not cleared.</summary>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        Length = length;
    }

    /// <summary>Gives the memory back.</summary>
    ~AlignedBuffer() => Free();

    /// <summary>Bytes in it.</summary>
    public int Length { get; }

    /// <summary>All of it.</summary>
    public Span<byte> Span => _bytes is null ? throw new ObjectDisposedException(nameof(AlignedBuffer)) : new(_bytes, Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }
}
