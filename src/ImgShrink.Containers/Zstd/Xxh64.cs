using System.Numerics;
using ImgShrink.Blocks;

namespace ImgShrink.Containers.Zstd;

/// <summary>The XXH64 hash with seed 0, taken piece by piece; zstd's content checksum is its low half.</summary>
/// <remarks>Spec: xxHash fast digest algorithm, XXH64, steps 1 to 6.</remarks>
internal sealed class Xxh64
{
    private const int StripeSize = 32;
    private const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9,
        P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    private static readonly byte[] Zeros = new byte[1 << 16];

    private readonly byte[] _pending = new byte[StripeSize];
    private ulong _a = unchecked(P1 + P2), _b = P2, _c, _d = unchecked(0 - P1); // Step 1, seed 0.
    private ulong _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        int pending = (int)(_length % StripeSize);
        _length += (ulong)bytes.Length;
        if (pending > 0)
        {
            int count = Math.Min(StripeSize - pending, bytes.Length);
            bytes[..count].CopyTo(_pending.AsSpan(pending));
            bytes = bytes[count..];
            if (pending + count < StripeSize)
                return;
            Stripes(_pending);
        }

        int whole = bytes.Length / StripeSize * StripeSize;
        Stripes(bytes[..whole]);
        bytes[whole..].CopyTo(_pending);
    }

    public void AppendZeros(long count, CancellationToken cancel)
    {
        for (; count > 0; count -= Math.Min(count, Zeros.Length))
        {
            cancel.ThrowIfCancellationRequested();
            Append(Zeros.AsSpan(0, (int)Math.Min(count, Zeros.Length)));
        }
    }

    /// <summary>The hash of everything so far; more may follow.</summary>
    public ulong Value()
    {
        unchecked
        {
            ulong hash = _length < StripeSize ? P5 : Converged(); // Steps 1 and 3.
            hash += _length; // Step 4.
            ReadOnlySpan<byte> rest = _pending.AsSpan(0, (int)(_length % StripeSize)); // Step 5.
            for (; rest.Length >= 8; rest = rest[8..])
                hash = BitOperations.RotateLeft(hash ^ Round(0, Le.U64(rest, 0)), 27) * P1 + P4;
            if (rest.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash ^ Le.U32(rest, 0) * P1, 23) * P2 + P3;
                rest = rest[4..];
            }

            foreach (byte value in rest)
                hash = BitOperations.RotateLeft(hash ^ value * P5, 11) * P1;
            hash = (hash ^ hash >> 33) * P2; // Step 6.
            hash = (hash ^ hash >> 29) * P3;
            return hash ^ hash >> 32;
        }
    }

    private static ulong Round(ulong lane, ulong input) =>
        unchecked(BitOperations.RotateLeft(lane + input * P2, 31) * P1);

    private static ulong Merged(ulong hash, ulong lane) => unchecked((hash ^ Round(0, lane)) * P1 + P4);

    // Step 2. The lanes stay in registers over the loop: that is most of the speed.
    private void Stripes(ReadOnlySpan<byte> bytes)
    {
        ulong a = _a, b = _b, c = _c, d = _d;
        for (; bytes.Length >= StripeSize; bytes = bytes[StripeSize..])
        {
            a = Round(a, Le.U64(bytes, 0));
            b = Round(b, Le.U64(bytes, 8));
            c = Round(c, Le.U64(bytes, 16));
            d = Round(d, Le.U64(bytes, 24));
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }

    private ulong Converged()
    {
        unchecked
        {
            ulong hash = BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7)
                + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
            return Merged(Merged(Merged(Merged(hash, _a), _b), _c), _d);
        }
    }
}
