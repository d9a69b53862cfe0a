namespace ImgShrink.SampleCards.Ext;

/// <summary>Which set of features a new ext4 volume gets.</summary>
public enum ExtFlavour
{
    /// <summary>
    /// What mke2fs 1.47 makes of an ext4 volume: 64bit, metadata_csum, huge_file and the usual others.
    /// </summary>
    Default,

    /// <summary>What Raspberry Pi OS images are made with: no 64bit, no huge_file, no checksums of any kind.</summary>
    RaspberryPi,
}

/// <summary>How an ext4 volume is to be made. The same format gives the same bytes, always.</summary>
public sealed record ExtFormat
{
    /// <summary>The set of features.</summary>
    public ExtFlavour Flavour { get; init; } = ExtFlavour.Default;

    /// <summary>Bytes in a block: 1024, 2048 or 4096.</summary>
    public int BlockSize { get; init; } = 4096;

    /// <summary>Bytes of volume for each inode; null takes 16384, or 4096 below 512 MiB, as mke2fs does.</summary>
    public int? BytesPerInode { get; init; }

    /// <summary>The label, 16 bytes of UTF-8 at most.</summary>
    public string Label { get; init; } = "rootfs";

    /// <summary>The volume's UUID.</summary>
    public Guid Uuid { get; init; } = new("5ca1ab1e-0c0d-4e5f-8a9b-7c6d5e4f3a2b");

    /// <summary>The seed of the directory hashes.</summary>
    public Guid HashSeed { get; init; } = new("0ddba115-1de5-4bad-8c0d-e5eedf00d5a1");

    /// <summary>The time at which everything in the volume was made; whole seconds count.</summary>
    public DateTimeOffset Time { get; init; } = new(2024, 11, 19, 14, 2, 7, TimeSpan.Zero);

    /// <summary>
    /// Keep orphans in a file (mke2fs does so from 1.47.1 on); only with <see cref="ExtFlavour.Default"/>.
    /// </summary>
    public bool OrphanFile { get; init; }

    /// <summary>
    /// Keep the checksums' seed in the superblock (as above); only with <see cref="ExtFlavour.Default"/>.
    /// </summary>
    public bool ChecksumSeed { get; init; }
}
