using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.Shrink;
using Xunit.Abstractions;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>The size bound against a search through all sizes.</summary>
public class SizeBoundTests(ITestOutputHelper output)
{
    public static TheoryData<int, int, int, int, bool, Copies> Geometries => new()
    {
        // block size, blocks per group, inodes per group, reserved descriptor blocks, flex_bg, where the copies are
        { 1024, 256, 32, 0, true, Copies.SparseSuper },
        { 1024, 256, 32, 20, true, Copies.SparseSuper },
        { 1024, 256, 64, 20, false, Copies.SparseSuper },
        { 1024, 512, 128, 40, true, Copies.Everywhere },
        { 4096, 400, 64, 7, true, Copies.SparseSuper },
        { 4096, 400, 64, 7, false, Copies.SparseSuper },
        { 4096, 4000, 16, 1000, true, Copies.SparseSuper },
        { 1024, 256, 32, 0, true, Copies.MetaBg },
        { 1024, 256, 32, 0, false, Copies.MetaBg },
        { 1024, 256, 64, 0, true, Copies.SecondMetaBg },
        { 1024, 256, 32, 0, true, Copies.SparseSuper2 },
        { 1024, 512, 32, 20, false, Copies.SparseSuper2 },
    };

    public enum Copies
    {
        Everywhere,
        SparseSuper,
        SparseSuper2,
        MetaBg,
        SecondMetaBg,
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void The_smallest_size_is_the_first_that_holds_everything(int blockSize, int perGroup, int inodes, int reserved, bool flex, Copies copies)
    {
        ExtGeometry geometry = Geometry(blockSize, perGroup, inodes, reserved, flex, copies);
        var chance = new Random(5);
        output.WriteLine("seed 5");
        for (int i = 0; i < 60; i++)
        {
            long owned = chance.NextInt64(geometry.BlockCount * 3 / 4);
            long used = chance.NextInt64(11, geometry.InodeCount + 1);
            long expected = geometry.FirstDataBlock + 1;
            while (expected < geometry.BlockCount && !Holds(geometry, expected, owned, used))
                expected++;
            Assert.Equal(expected, SizeBound.Smallest(geometry, owned, used));
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void A_wished_size_is_rounded_down_to_one_that_exists(int blockSize, int perGroup, int inodes, int reserved, bool flex, Copies copies)
    {
        ExtGeometry geometry = Geometry(blockSize, perGroup, inodes, reserved, flex, copies);
        for (long wished = geometry.GroupStart(0) + geometry.SmallestGroup(0); wished <= geometry.BlockCount + 10; wished++)
        {
            long expected = Math.Min(wished, geometry.BlockCount);
            while (!HasRoomInLastGroup(geometry.WithBlockCount(expected)))
                expected--;
            Assert.Equal(expected, SizeBound.AtMost(geometry, wished));
        }
    }

    [Fact]
    public void Descriptor_blocks_that_are_given_up_go_to_the_reserve()
    {
        ExtGeometry large = Geometry(1024, 256, 32, 20, flex: true, Copies.SparseSuper) with { BlockCount = 1 + 256 * 100 };
        ExtGeometry small = large.WithBlockCount(1 + 256 * 10);
        Assert.Equal((7, 20), (large.DescriptorBlocks, large.ReservedGdtBlocks));
        Assert.Equal((1, 26), (small.DescriptorBlocks, small.ReservedGdtBlocks));
        Assert.Equal(256, (large with { ReservedGdtBlocks = 255 }).WithBlockCount(1 + 256).ReservedGdtBlocks);
        Assert.Equal(0, (large with { ReservedGdtBlocks = 0 }).WithBlockCount(1 + 256).ReservedGdtBlocks);
    }

    private static bool Holds(ExtGeometry geometry, long blocks, long owned, long inodes)
    {
        ExtGeometry candidate = geometry.WithBlockCount(blocks);
        long capacity = blocks - candidate.FirstDataBlock - candidate.SpareBlocks(candidate.GroupCount - 1);
        for (int group = 0; group < candidate.GroupCount; group++)
            capacity -= candidate.FixedBlocks(group) + 2 + candidate.InodeTableBlocks;
        return HasRoomInLastGroup(candidate) && capacity >= owned && inodes <= candidate.InodeCount;
    }

    private static bool HasRoomInLastGroup(ExtGeometry geometry)
    {
        int last = geometry.GroupCount - 1;
        return geometry.GroupEnd(last) - geometry.GroupStart(last) >= geometry.SmallestGroup(last);
    }

    private static ExtGeometry Geometry(int blockSize, int perGroup, int inodes, int reserved, bool flex, Copies copies)
    {
        int first = blockSize == 1024 ? 1 : 0;
        // A descriptor block describes 4 groups with these 256 bytes, so that there are some of them.
        int descriptor = copies is Copies.MetaBg or Copies.SecondMetaBg ? 256 : 64;
        var geometry = new ExtGeometry(blockSize, first + perGroup * 13L - perGroup / 3, first, perGroup, inodes, 256, descriptor,
            reserved, 11, copies != Copies.Everywhere, flex);
        return copies switch
        {
            Copies.SparseSuper2 => geometry with { BackupGroups = (1, geometry.GroupCount - 1) },
            Copies.MetaBg => geometry with { FirstMetaBg = 0 },
            Copies.SecondMetaBg => geometry with { FirstMetaBg = 2 },
            _ => geometry,
        };
    }
}
