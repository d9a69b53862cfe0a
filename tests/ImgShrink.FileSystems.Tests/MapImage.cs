using System.Collections.Concurrent;
using ImgShrink.Blocks;
using ImgShrink.FileSystems.Tests.Ext;

namespace ImgShrink.FileSystems.Tests;

/// <summary>A committed volume of a kind that is only mapped, with changes; see make-map-images.sh for what is in them.</summary>
internal sealed class MapImage(string name)
{
    private static readonly ConcurrentDictionary<string, MemoryStore> s_originals = new();

    private readonly WriteOverlay _store = new(s_originals.GetOrAdd(name, each => new MemoryStore(EditedImage.Load(each))));

    /// <summary>The volume's bytes, with the changes so far.</summary>
    public IBlockStore Store => _store;

    /// <summary>Opens the volume as it is now.</summary>
    public IVolume Open() => FileSystemProbe.Open(_store);

    /// <summary>Puts bytes into the volume.</summary>
    public MapImage Put(long at, params byte[] bytes)
    {
        _store.Write(at, bytes);
        return this;
    }

    /// <summary>Changes some bits of a byte.</summary>
    public MapImage Flip(long at, byte bits) => Put(at, (byte)(_store.ReadBytes(at, 1)[0] ^ bits));

    /// <summary>Changes a structure in a copy, and puts it back.</summary>
    public MapImage Edit(long at, int length, Action<byte[]> change)
    {
        byte[] bytes = _store.ReadBytes(at, length);
        change(bytes);
        return Put(at, bytes);
    }

    /// <summary>Expects that all of it is kept, and that the warning goes on like this behind the name of the format.</summary>
    public void AssertKept(string warning)
    {
        IVolume volume = Open();
        Assert.Equal($"The {volume.FileSystem} volume {warning}", Assert.Single(volume.Warnings));
        Assert.Equal((_store.Length, 0L), (volume.DataRanges().TotalBytes, volume.FreeBytes));
    }

    /// <summary>Expects that all of it is kept because of this finding.</summary>
    public void AssertDamaged(string finding) => AssertKept($"is damaged, so all of it is kept. {finding}.");
}
