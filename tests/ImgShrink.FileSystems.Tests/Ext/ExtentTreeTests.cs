using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;
using ImgShrink.FileSystems.Ext.Resize;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>Extent trees that are built are read back, and moved extents are the same blocks at other places.</summary>
public class ExtentTreeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("ext4", 0, 0, 0)]
    [InlineData("ext4", 1, 0, 0)]
    [InlineData("ext4", 4, 0, 0)]
    [InlineData("ext4", 5, 1, 1)]
    [InlineData("pi", 84 * 4, 4, 1)]
    [InlineData("ext4", 84 * 4 + 1, 6, 2)]
    [InlineData("ext4", 84 * 84 + 1, 84 + 1 + 2, 2)]
    public void A_tree_that_is_built_is_read_back(string name, int extents, int nodes, int depth)
    {
        var image = new EditedImage(name);
        uint owner = image.Find("/file");
        Extent[] leaves = [.. Enumerable.Range(0, extents).Select(i => new Extent((uint)(3 * i), 1 + i * 7 % 8000, extents > 1000 ? 1 : 1 + i % 3, i % 5 == 0))];
        long[] blocks = [.. Enumerable.Range(0, nodes).Select(i => 8191L - i)];
        Assert.Equal(nodes, ExtentTree.NodesFor(leaves.Length, 1024));

        image.Inode(owner, inode =>
        {
            var built = ExtentTree.Build(image.Volume, new InodeNumber(owner), inode, leaves, blocks);
            Assert.Equal(blocks, built.Select(node => node.Block).Order().Reverse());
            foreach (var (block, bytes) in built)
                image.Volume.WriteBlock(block, bytes);
            Assert.Equal(depth, new ExtentNode(inode.Block).Depth);
        });

        BlockMap map = image.MapOf(owner);
        Assert.Equal(leaves, map.Extents);
        Assert.Equal(blocks, map.Nodes.Select(node => node.Block).Order().Reverse());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_block_of_moved_extents_is_where_it_was_moved_to(int seed)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        for (int round = 0; round < 50; round++)
        {
            var extents = new List<Extent>();
            uint logical = 0;
            long physical = 1000;
            for (int i = 0; i < 30; i++)
            {
                int length = chance.Next(1, 200);
                extents.Add(new Extent(logical, physical, length, chance.Next(3) == 0));
                logical += (uint)(length + (chance.Next(2) == 0 ? 0 : 5));
                physical += length + (chance.Next(2) == 0 ? 0 : 9);
            }

            RelocationMap map = RandomMap(chance, 1000, physical);
            TreeShape shape = TreeShape.Of(extents, map);
            Assert.Equal(Expand(extents, map.Target), Expand(shape.Leaves, block => block));
            for (int i = 1; i < shape.Leaves.Count; i++)
                Assert.False(shape.Leaves[i - 1].IsContinuedBy(shape.Leaves[i]), $"Extents {i - 1} and {i} could be one.");
            bool same = shape.Leaves.Select(leaf => (leaf.Logical, leaf.Length)).SequenceEqual(extents.Select(extent => (extent.Logical, extent.Length)));
            Assert.Equal(same, shape.IsUnchanged);
        }
    }

    [Theory]
    [InlineData(false, 32768)]
    [InlineData(true, 32767)]
    public void Extents_are_joined_up_to_the_longest_that_can_be_stored(bool unwritten, int longest)
    {
        // Three neighbours whose middle has come back between them.
        Extent[] extents = [new(0, 0, 30000, unwritten), new(30000, 90000, 30000, unwritten), new(60000, 60000, 30000, unwritten)];
        TreeShape shape = TreeShape.Of(extents, new RelocationMap([new(90000, 30000, 30000)]));
        Assert.Equal([longest, longest, 90000 - 2 * longest], shape.Leaves.Select(leaf => leaf.Length));
        Assert.Equal(90000, Expand(shape.Leaves, block => block).Count);
        foreach (Extent leaf in shape.Leaves)
        {
            var node = ExtentNode.Format(new byte[60], 4, 0);
            node.SetLeaf(0, leaf);
            Assert.Equal(leaf, node.Leaf(0));
        }
    }

    [Fact]
    public void Block_numbers_of_48_bits_are_stored_in_leaves_and_in_indices()
    {
        const long Far = 0xFEDC_BA98_7654;
        var node = ExtentNode.Format(new byte[60], 4, 0);
        node.SetLeaf(1, new Extent(uint.MaxValue, Far, 1, false));
        Assert.Equal(new Extent(uint.MaxValue, Far, 1, false), node.Leaf(1));
        node.SetIndex(2, 5, Far);
        Assert.Equal((5u, Far), (node.Logical(2), node.Child(2)));
    }

    private static List<(long Logical, long Physical, bool Unwritten)> Expand(IReadOnlyList<Extent> extents, Func<long, long> target) =>
        [.. extents.SelectMany(extent => Enumerable.Range(0, extent.Length).Select(i => (extent.Logical + (long)i, target(extent.Physical + i), extent.Unwritten)))];

    /// <summary>About half of the blocks of a range, in runs, to places behind it; some of them next to one another.</summary>
    private static RelocationMap RandomMap(Random chance, long start, long end)
    {
        var runs = new List<Relocation>();
        long to = end + 100;
        for (long from = start; from < end;)
        {
            int length = (int)Math.Min(chance.Next(1, 150), end - from);
            if (chance.Next(2) == 0)
            {
                runs.Add(new Relocation(from, to, length));
                to += length + (chance.Next(2) == 0 ? 0 : 3);
            }

            from += length;
        }

        return new RelocationMap(runs);
    }
}
