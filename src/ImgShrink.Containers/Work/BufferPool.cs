using System.Collections.Concurrent;

namespace ImgShrink.Containers;

/// <summary>Large buffers of one size, used again and again; as many are made as are in use at a time.</summary>
/// <remarks>A fresh buffer is not cleared, so parts of it that are never used take no memory either.</remarks>
internal sealed class BufferPool(int size)
{
    private readonly ConcurrentBag<byte[]> _free = [];

    public byte[] Take() => _free.TryTake(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size);

    public void Return(byte[] buffer) => _free.Add(buffer);
}
