using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.OnDisk;

namespace ImgShrink.FileSystems.Ext.Journal;

/// <summary>A volume as it is after a replay: what the log holds is read from the log, nothing is copied.</summary>
/// <remarks>Memory: some 50 bytes for each block in the log, whatever the length of the volume.</remarks>
/// <param name="source">The volume as it is stored.</param>
/// <param name="blockSize">Bytes in a block.</param>
/// <param name="logged">For blocks of the volume: the block that holds their content, and whether it is escaped.</param>
internal sealed class ReplayedSource(
    IBlockSource source, int blockSize, IReadOnlyDictionary<long, (long Block, bool Escaped)> logged) : IBlockSource
{
    /// <inheritdoc/>
    public long Length => source.Length;

    /// <inheritdoc/>
    public void Read(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            long block = at / blockSize;
            int offset = (int)(at % blockSize);
            int count = Math.Min(blockSize - offset, into.Length);
            if (logged.TryGetValue(block, out var copy))
            {
                ReadLogged(copy.Block, copy.Escaped, offset, into[..count]);
            }
            else
            {
                while (count < into.Length && !logged.ContainsKey(++block))
                    count = Math.Min(count + blockSize, into.Length);
                source.Read(at, into[..count]);
            }

            at += count;
            into = into[count..];
        }
    }

    private void ReadLogged(long block, bool escaped, int offset, Span<byte> into)
    {
        source.Read(block * blockSize + offset, into);
        if (!escaped || offset >= 4)
            return;
        Span<byte> magic = stackalloc byte[4];
        Be.Put32(magic, 0, JournalBlock.ExpectedMagic);
        magic = magic[offset..];
        magic[..Math.Min(magic.Length, into.Length)].CopyTo(into);
    }
}
