using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Shrink;

/// <summary>Renews the checksums of attribute blocks that move: they cover the block's own number.</summary>
internal sealed class XattrPatcher(ExtVolume patched, ShrinkLayout layout)
{
    public void Run(IEnumerable<long> blocks)
    {
        if (!patched.Checksums.Metadata)
            return;
        foreach (long block in blocks)
        {
            long target = layout.Relocations.Target(block);
            if (target == block)
                continue;
            byte[] bytes = patched.ReadBlock(block);
            var header = new XattrBlock(bytes);
            header.Checksum = patched.Checksums.OfXattrBlock(target, bytes);
            patched.WriteBlock(block, bytes);
        }
    }
}
