using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Tests.Ext;

/// <summary>What is valid and cannot be shrunk is refused in a sentence, and can still be copied.</summary>
public class ObstacleTests
{
    private const CompatFeatures SupportedCompat = (CompatFeatures)0x1E3D;
    private const IncompatFeatures SupportedIncompat = (IncompatFeatures)0x3E7D6;
    private const ReadOnlyFeatures SupportedReadOnly = (ReadOnlyFeatures)0x1A57B;

    public static TheoryData<int> Bits => [.. Enumerable.Range(0, 32)];

    [Theory]
    [MemberData(nameof(Bits))]
    public void Every_feature_that_is_not_known_is_named(int bit)
    {
        uint flag = 1u << bit;
        ExpectNamed("s_feature_compat", SupportedCompat, (CompatFeatures)flag, superblock => superblock.Compat |= (CompatFeatures)flag);
        ExpectNamed("s_feature_ro_compat", SupportedReadOnly, (ReadOnlyFeatures)flag, superblock => superblock.ReadOnly |= (ReadOnlyFeatures)flag);
        ExpectNamed("s_feature_incompat", SupportedIncompat, (IncompatFeatures)flag, superblock => superblock.Incompat |= (IncompatFeatures)flag);
    }

    [Theory]
    [InlineData("errors", "marked as having errors (s_state 0x0003, 0 recorded)")]
    [InlineData("s_error_count", "marked as having errors (s_state 0x0001, 5 recorded)")]
    [InlineData("not valid", "is not marked clean (s_state 0x0000)")]
    [InlineData("s_journal_dev", "was not unmounted cleanly, and keeps its journal on another device")]
    [InlineData("s_journal_uuid", "was not unmounted cleanly, and keeps its journal on another device")]
    [InlineData("two journals", "names two journals")]
    public void A_state_that_cannot_be_shrunk_is_an_obstacle(string state, string expected)
    {
        var image = new EditedImage("ext4");
        image.SuperblockBytes(bytes =>
        {
            var superblock = new Superblock(bytes);
            if (state.StartsWith("s_journal", StringComparison.Ordinal))
                (superblock.Incompat, superblock.JournalInode) = (superblock.Incompat | IncompatFeatures.NeedsRecovery, 0);
            switch (state)
            {
                case "errors": superblock.State = 3; break;
                case "s_error_count": Le.Put32(bytes, 0x194, 5); break;
                case "not valid": superblock.State = 0; break;
                case "s_journal_dev": Le.Put32(bytes, 0xE4, 0x801); break;
                default: superblock.JournalUuid[5] = 1; break;
            }
        });
        ExtVolume volume = image.Reopen();
        Assert.Contains(expected, volume.Obstacle);
        ExpectCopiedWhole(volume);
    }

    [Fact]
    public void A_volume_with_clusters_is_an_obstacle_and_no_damage()
    {
        // As mke2fs -O bigalloc -C 16384 makes it: a group has as many clusters as a bitmap has bits.
        ExtVolume volume = With(superblock =>
        {
            superblock.ReadOnly |= ReadOnlyFeatures.BigAlloc;
            superblock.LogClusterSize = 4;
            superblock.BlocksPerGroup = 8192 * 16;
            superblock.InodesPerGroup = 512;
        });
        Assert.Contains("'bigalloc'", volume.Obstacle);
        ExpectCopiedWhole(volume);
    }

    /// <summary>As mke2fs -l makes it: an inode without mode or links that owns the blocks which the medium has lost.</summary>
    [Theory]
    [InlineData("ext2")]
    [InlineData("ext4")]
    public void A_list_of_bad_blocks_is_an_obstacle_and_no_damage(string kind)
    {
        var image = new EditedImage(kind);
        image.Inode(1, inode => Le.Put32(inode.Block, 0, 500));
        ExtVolume volume = image.Reopen();
        Assert.Equal("The ext volume has a list of bad blocks (inode 1), which are places on the medium that it was made on. "
            + "'e2fsck -f -L /dev/null' clears it. With --no-shrink it is copied as it is.", volume.Obstacle);
        Assert.Null(volume.Damage());
        ExpectCopiedWhole(volume);
    }

    // As mke2fs and tune2fs spell them, by bit; all others have no name.
    private static readonly Dictionary<string, Dictionary<int, string>> _names = new()
    {
        ["s_feature_compat"] = new()
        {
            [1] = "imagic_inodes", [6] = "lazy_bg", [7] = "exclude_inode", [8] = "exclude_bitmap",
        },
        ["s_feature_incompat"] = new()
        {
            [0] = "compression", [3] = "journal_dev", [12] = "dirdata",
        },
        ["s_feature_ro_compat"] = new()
        {
            [2] = "btreedir", [7] = "has_snapshot", [9] = "bigalloc", [11] = "replica", [12] = "read-only",
            [14] = "shared_blocks",
        },
    };

    private static void ExpectNamed<T>(string field, T supported, T flag, EditedImage.SuperblockEdit edit)
        where T : struct, Enum
    {
        if (supported.HasFlag(flag))
            return;
        ExtVolume volume = With(edit);
        ulong bits = Convert.ToUInt64(flag);
        string name = _names[field].TryGetValue(int.CreateChecked(ulong.Log2(bits)), out string? known)
            ? $"the feature '{known}'"
            : $"an unknown flag 0x{bits:X} in {field}";
        Assert.StartsWith($"The ext volume uses {name}, which cannot be shrunk safely.", volume.Obstacle);
        ExpectCopiedWhole(volume);
    }

    private static void ExpectCopiedWhole(ExtVolume volume)
    {
        Assert.Equal([new ByteRange(0, volume.Bytes)], volume.DataRanges().Ranges());
        Assert.Null(volume.MinimumBytes());
        var refused = Assert.Throws<UnsupportedImageException>(() => volume.PlanShrink(ShrinkRoom.None, CancellationToken.None));
        Assert.Equal(volume.Obstacle, refused.Message);
        Assert.Equal(4, refused.ExitCode);
    }

    private static ExtVolume With(EditedImage.SuperblockEdit edit)
    {
        var image = new EditedImage("ext4");
        image.Superblock(edit);
        return image.Reopen();
    }
}
