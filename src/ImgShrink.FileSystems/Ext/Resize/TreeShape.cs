using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Resize;

/// <summary>The leaves of an extent tree after its blocks have moved.</summary>
/// <param name="Leaves">The extents in the target, merged where they have become neighbours.</param>
/// <param name="IsUnchanged">
/// Whether each old extent has become one new extent, so that the tree keeps its shape.
/// </param>
internal sealed record TreeShape(IReadOnlyList<Extent> Leaves, bool IsUnchanged)
{
    /// <summary>Translates the extents of an inode.</summary>
    public static TreeShape Of(IReadOnlyList<Extent> extents, RelocationMap relocations)
    {
        var leaves = new List<Extent>(extents.Count);
        foreach (Extent extent in extents)
        {
            for (int done = 0; done < extent.Length;)
            {
                var (to, count) = relocations.Target(extent.Physical + done, extent.Length - done);
                leaves.Join(extent with { Logical = (uint)(extent.Logical + done), Physical = to, Length = (int)count },
                    ExtentNode.LongestExtent(extent.Unwritten));
                done += (int)count;
            }
        }

        bool same = leaves.Count == extents.Count;
        for (int i = 0; same && i < leaves.Count; i++)
            same = leaves[i].Logical == extents[i].Logical && leaves[i].Length == extents[i].Length;
        return new TreeShape(leaves, same);
    }
}
