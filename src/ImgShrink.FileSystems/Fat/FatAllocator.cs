using ImgShrink.Blocks;
using ImgShrink.FileSystems.Fat.OnDisk;

namespace ImgShrink.FileSystems.Fat;

/// <summary>Takes clusters into use and gives them back, in both tables and in FSInfo.</summary>
internal sealed class FatAllocator(FatDisk disk, IBlockStore store, long freeClusters)
{
    /// <summary>The volume as it is written to.</summary>
    public IBlockStore Store => store;

    /// <summary>Clusters that can be taken.</summary>
    public long FreeClusters { get; private set; } = freeClusters;

    /// <summary>Takes the lowest free clusters and links them to one chain.</summary>
    /// <param name="count">Number of clusters, 0 or more; the caller has made sure that they are there.</param>
    public IReadOnlyList<uint> Take(int count)
    {
        var chain = new List<uint>(count);
        for (uint cluster = 2; chain.Count < count; cluster++)
            if (disk.Table[cluster] == FatTable.Free)
                chain.Add(cluster);
        for (int i = 0; i < count; i++)
            disk.Table.Set(store, chain[i], i + 1 < count ? chain[i + 1] : FatTable.End);
        FreeClusters -= count;
        NoteFreeCount();
        return chain;
    }

    /// <summary>Appends zeroed clusters to a chain.</summary>
    public void Lengthen(uint first, int count)
    {
        uint last = disk.Table.Chain(first).Last();
        IReadOnlyList<uint> added = Take(count);
        foreach (uint cluster in added)
            store.Write(disk.Geometry.Cluster(cluster).Start, new byte[disk.Geometry.ClusterBytes]);
        disk.Table.Set(store, last, added[0]);
    }

    /// <summary>Gives a whole chain back; 0 is the chain of nothing.</summary>
    public void Release(uint first)
    {
        if (first == 0)
            return;
        uint[] chain = [.. disk.Table.Chain(first)];
        foreach (uint cluster in chain)
            disk.Table.Set(store, cluster, FatTable.Free);
        FreeClusters += chain.Length;
        NoteFreeCount();
    }

    private void NoteFreeCount()
    {
        if (disk.Geometry.FsInfoAt is not long at)
            return;
        byte[] bytes = store.ReadBytes(at, FsInfoSector.Size);
        var sector = new FsInfoSector(bytes);
        if (!sector.HasSignatures)
            return;

        // Clusters are taken from the front, so the place to search on from is the front again: 2, the first of all.
        sector.FreeCount = (uint)FreeClusters;
        sector.NextFree = 2;
        store.Write(at, bytes);
    }
}
