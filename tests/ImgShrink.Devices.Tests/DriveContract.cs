using ImgShrink.Testing;

namespace ImgShrink.Devices.Tests;

/// <summary>What every <see cref="Drive"/> promises; one subclass a kind.</summary>
public abstract class DriveContract : IDisposable
{
    protected const int Bytes = 4 << 20;

    private Drive? _drive;

    /// <summary>Content of the drives under test, the same in every run.</summary>
    protected static byte[] Content { get; } = Noise.Bytes(20261125, Bytes);

    protected TempFolder Folder { get; } = new();

    private Drive Opened => _drive ??= Open();

    public virtual void Dispose()
    {
        _drive?.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A drive that holds <see cref="Content"/>, open for writing.</summary>
    protected abstract Drive Open();

    protected string MakeFile()
    {
        File.WriteAllBytes(Folder["drive.img"], Content);
        return Folder["drive.img"];
    }

    [Fact]
    public void It_knows_its_size_in_whole_sectors()
    {
        Assert.Equal(Bytes, Opened.Length);
        Assert.Equal(0, Opened.Length % Opened.SectorSize);
    }

    [Fact]
    public void Sectors_are_read_where_they_are_and_counted()
    {
        using var buffer = new AlignedBuffer(1 << 20);
        foreach (var (at, count) in ((int, int)[])[(0, 512), (512, 4096), (Bytes - 512, 512), (1 << 20, 1 << 20)])
        {
            Assert.Null(Opened.Read(at, buffer.Span[..count]));
            Assert.True(buffer.Span[..count].SequenceEqual(Content.AsSpan(at, count)), $"{count} bytes at {at}");
        }

        Assert.Equal(512 + 4096 + 512 + (1 << 20), Opened.BytesRead);
    }

    [Fact]
    public void What_was_written_is_read_and_nothing_else_changes()
    {
        using var buffer = new AlignedBuffer(8192);
        byte[] edit = Noise.Bytes(1, 8192);
        edit.CopyTo(buffer.Span);
        Assert.Null(Opened.Write(65536, buffer.Span));
        Assert.Null(Opened.Flush());
        Assert.Equal(8192, Opened.BytesWritten);

        byte[] expected = [.. Content];
        edit.CopyTo(expected, 65536);
        using var all = new AlignedBuffer(Bytes);
        Assert.Null(Opened.Read(0, all.Span));
        Assert.True(all.Span.SequenceEqual(expected));
    }

    [Theory]
    [InlineData(-512, 512)]
    [InlineData(Bytes, 512)]
    [InlineData(Bytes - 512, 1024)]
    [InlineData(long.MaxValue - 511, 512)]
    public void Nothing_outside_is_asked_for(long at, int count)
    {
        using var buffer = new AlignedBuffer(4096);
        Assert.Throws<ArgumentOutOfRangeException>(() => Opened.Read(at, buffer.Span[..count]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Opened.Write(at, buffer.Span[..count]));
    }

    [Theory]
    [InlineData(1, 0, 512)]
    [InlineData(0, 1, 512)]
    [InlineData(0, 0, 100)]
    public void What_is_not_aligned_is_refused_for_every_kind(int at, int bufferAt, int count)
    {
        using var buffer = new AlignedBuffer(4096);
        Assert.Throws<ArgumentException>(() => Opened.Read(at, buffer.Span.Slice(bufferAt, count)));
        Assert.Throws<ArgumentException>(() => Opened.Write(at, buffer.Span.Slice(bufferAt, count)));
        Assert.Equal(0, Opened.BytesRead);
    }

    [Fact]
    public void It_is_there() => Assert.Null(Opened.Probe());

    [Fact]
    public void Reads_from_two_threads_are_exact()
    {
        Drive drive = Opened;
        Parallel.For(0, 2, thread =>
        {
            using var buffer = new AlignedBuffer(65536);
            for (int i = 0; i < 16; i++)
            {
                int at = (i * 2 + thread) * 65536;
                Assert.Null(drive.Read(at, buffer.Span));
                Assert.True(buffer.Span.SequenceEqual(Content.AsSpan(at, 65536)));
            }
        });
    }
}

/// <summary>A file in the place of a drive.</summary>
public sealed class FileDriveTests : DriveContract
{
    protected override Drive Open() => FileDrive.Open(MakeFile(), forWriting: true);
}

/// <summary>A drive that fails where it is told to, and nowhere else.</summary>
public sealed class FaultyDriveTests : DriveContract
{
    protected override Drive Open() => new FaultyDrive(FileDrive.Open(MakeFile(), forWriting: true));
}

/// <summary>A block device of Linux: a loop device over a file.</summary>
public sealed class LinuxDriveTests : DriveContract
{
    private LoopDevice? _loop;

    public override void Dispose()
    {
        base.Dispose();
        _loop?.Dispose();
    }

    protected override Drive Open()
    {
        if (LoopDevice.WhyNot() is not null) // It says so loudly; the file's drive keeps the contract in its place.
            return FileDrive.Open(MakeFile(), forWriting: true);
        _loop = LoopDevice.Over(MakeFile());
        return Drives.OpenForWriting(_loop.Path);
    }
}
