using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Quota;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>
/// Puts the volume in its new size together: what moves is read from its old place, what changes lies in overlays.
/// </summary>
/// <remarks>
/// Two overlays keep moving and patching apart. A block that keeps its content but for some pointers or a checksum is
/// patched at its old address, under the relocation. What is new (bitmaps, descriptors, superblocks, trees built anew) is
/// written at its new address, above the relocation.
/// </remarks>
internal static class ResizedVolume
{
    public static TargetView Build(ExtVolume volume, VolumeUse use, ResizeLayout layout, CancellationToken cancellation)
    {
        ExtGeometry target = layout.Target;
        ExtVolume patched = volume.OpenOverlay();
        var content = new TargetContent(target.BlockCount);
        var relocated = new RelocatedSource(patched.Store, layout.Relocations, content, target.BlockSize,
            target.BlockCount);
        var view = new WriteOverlay(relocated, target.BlockSize);

        new InodePatcher(volume, patched, layout, content, view).Run(cancellation);
        new XattrPatcher(patched, layout).Run(use.XattrBlocks.Keys);
        GroupWriter.Write(patched, use, layout, content, view);
        // Trees with more or fewer nodes than before count for their owners.
        if (volume.Superblock.ReadOnly.HasFlag(OnDisk.ReadOnlyFeatures.Quota))
            QuotaCounts.Store(ExtVolume.Open(view), view);

        var data = RangeSet.Of(new ByteRange(0, OnDisk.Superblock.Offset + OnDisk.Superblock.Size));
        var inOrder = RangeSet.Of(new ByteRange(0, OnDisk.Superblock.Offset));
        foreach (var (start, count) in content.Live.Runs(0, target.BlockCount))
        {
            data.Add(new ByteRange(start * target.BlockSize, count * target.BlockSize));
            AddUnmoved(inOrder, layout.Relocations, start, count, target.BlockSize);
        }

        return new TargetView(view, data) { ReadInOrder = inOrder };
    }

    private static void AddUnmoved(RangeSet inOrder, RelocationMap map, long start, long count, int blockSize)
    {
        for (long block = start, end = start + count; block < end;)
        {
            var (from, together) = map.Origin(block, end - block);
            if (from == block)
                inOrder.Add(new ByteRange(block * blockSize, together * blockSize));
            block += together;
        }
    }
}
