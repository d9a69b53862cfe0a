namespace ImgShrink.Testing;

/// <summary>Deterministic bytes for tests: the same seed gives the same content everywhere.</summary>
public static class Noise
{
    public static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
