namespace ImgShrink.Blocks.Tests;

public class MemoryStoreTests : BlockStoreContract
{
    protected override IBlockStore MakeStore(byte[] content) => new MemoryStore(content);
}

/// <summary>The overlay with pages of several sizes, smaller and larger than what it lies over.</summary>
public abstract class WriteOverlayContract(int pageSize, long memoryBudget = 1 << 20) : BlockStoreContract
{
    [Fact]
    public void The_base_is_never_written()
    {
        byte[] bytes = Random();
        var overlay = new WriteOverlay(new MemoryStore(bytes), pageSize);
        overlay.Write(0, new byte[ContentLength]);
        Assert.Equal(Random(), bytes);
    }

    [Fact]
    public void The_edited_ranges_are_the_pages_that_were_written()
    {
        var overlay = new WriteOverlay(new MemoryStore(Random()), pageSize);
        Assert.True(overlay.EditedRanges().IsEmpty);
        overlay.Write(ContentLength - 1, [1]);
        overlay.Write(600, [1]);
        overlay.Write(700, []);
        var expected = new RangeSet();
        expected.Add(PageOf(600));
        expected.Add(PageOf(ContentLength - 1));
        Assert.Equal(expected.Ranges(), overlay.EditedRanges().Ranges());
    }

    protected override IBlockStore MakeStore(byte[] content) => new WriteOverlay(new MemoryStore(content), pageSize, memoryBudget);

    private ByteRange PageOf(int at) => ByteRange.Between(at / pageSize * pageSize, Math.Min((at / pageSize + 1) * pageSize, ContentLength));
}

public class WriteOverlayOf512Tests() : WriteOverlayContract(512);

public class WriteOverlayOf1024Tests() : WriteOverlayContract(1024);

public class WriteOverlayOf4096Tests() : WriteOverlayContract(4096);

public class WriteOverlayOf65536Tests() : WriteOverlayContract(65536);

/// <summary>Edits go to the scratch file.</summary>
public class WriteOverlayWithoutMemoryTests() : WriteOverlayContract(512, memoryBudget: 0)
{
    [Fact]
    public void They_go_to_where_large_files_may_go()
    {
        if (!OperatingSystem.IsLinux())
            return; // Only there one can see a file without a name.
        IBlockStore store = MakeStore(Random());
        store.Write(0, new byte[600]);
        string[] open = [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(each => new FileInfo(each).LinkTarget ?? "")];
        Assert.Contains(open, each => each.StartsWith(Path.Combine(ScratchFile.UsualFolder, "imgshrink-"), StringComparison.Ordinal));
        Assert.Equal(600, store.ReadBytes(0, 1024).AsSpan().IndexOfAnyExcept((byte)0));
    }
}

public class WriteOverlayBeyondMemoryTests() : WriteOverlayContract(512, memoryBudget: 1024);
