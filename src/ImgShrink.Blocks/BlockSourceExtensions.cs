namespace ImgShrink.Blocks;

/// <summary>Reads that need no buffer of the caller's.</summary>
public static class BlockSourceExtensions
{
    /// <summary>The <paramref name="count"/> bytes that start at <paramref name="at"/>, in a new array.</summary>
    public static byte[] ReadBytes(this IBlockSource source, long at, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        var bytes = new byte[count];
        source.Read(at, bytes);
        return bytes;
    }
}
