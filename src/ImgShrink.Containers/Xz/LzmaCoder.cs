using System.Runtime.InteropServices;
using static ImgShrink.Containers.Xz.LibLzma;

namespace ImgShrink.Containers.Xz;

/// <summary>An encoder or decoder of liblzma; starting it anew keeps its memory.</summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed unsafe class LzmaCoder : IDisposable
{
    // Bytes of input between two looks at a cancellation: a fraction of a second, at the slowest level.
    private const int Portion = 256 << 10;

    private readonly LibLzma.Stream* _stream = (LibLzma.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(LibLzma.Stream));

    /// <summary>Starts to make LZMA2 data, without any header.</summary>
    public void StartEncoder(ref Options options)
    {
        fixed (Options* pinned = &options)
        {
            Filter* filters = stackalloc Filter[2];
            filters[0] = new Filter { Id = FilterLzma2, Options = pinned };
            filters[1] = new Filter { Id = EndOfFilters };
            ThrowUnlessStarted(StartRawEncoder(_stream, filters));
        }
    }

    /// <summary>Starts to decode an .xz stream, or several of them one behind the other.</summary>
    public void StartDecoder(bool concatenated) =>
        ThrowUnlessStarted(StartStreamDecoder(_stream, ulong.MaxValue, concatenated ? Concatenated : 0));

    /// <summary>Takes in a part of the input, as much as there is output for.</summary>
    /// <param name="from">The input.</param>
    /// <param name="into">Gets the output.</param>
    /// <param name="isLast">Whether this is the end of the input.</param>
    /// <param name="stop">Asked again and again.</param>
    /// <exception cref="Blocks.NotEnoughSpaceException">There is not enough memory for the dictionary.</exception>
    /// <returns>Bytes taken in and made; and what liblzma says, which is Ok where it wants more of either.</returns>
    public (int Read, int Written, Result Result) Run(
        ReadOnlySpan<byte> from, Span<byte> into, bool isLast, CancellationToken stop)
    {
        fixed (byte* first = from, output = into)
        {
            byte empty; // liblzma wants addresses even where there are no bytes.
            _stream->NextIn = from.IsEmpty ? &empty : first;
            _stream->NextOut = into.IsEmpty ? &empty : output;
            _stream->AvailableOut = (nuint)into.Length;
            int read = 0;
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                int portion = Math.Min(Portion, from.Length - read);
                nuint room = _stream->AvailableOut;
                _stream->AvailableIn = (nuint)portion;
                bool finish = isLast && read + portion == from.Length;
                Result result = Code(_stream, finish ? LibLzma.Action.Finish : LibLzma.Action.Run);
                ThrowIfOutOfMemory(result);
                int taken = portion - (int)_stream->AvailableIn;
                read += taken;
                bool moved = taken > 0 || _stream->AvailableOut < room;
                if (result != Result.Ok || !moved || (read == from.Length && !isLast))
                    return (read, into.Length - (int)_stream->AvailableOut, result);
            }
        }
    }

    /// <summary>What went wrong with data, in words.</summary>
    public static string Explain(Result result) => result switch
    {
        Result.WrongFormat => "it is no .xz data",
        Result.WrongOptions => "it uses a filter or a check that liblzma does not know",
        Result.Damaged => "its data is corrupt",
        Result.NoProgress or Result.Ok => "it ends too early",
        _ => $"liblzma answers {(int)result}",
    };

    public void Dispose()
    {
        End(_stream);
        NativeMemory.Free(_stream);
    }

    private static void ThrowUnlessStarted(Result result)
    {
        ThrowIfOutOfMemory(result);
        if (result != Result.Ok)
            throw new InvalidOperationException($"liblzma: {result}.");
    }

    private static void ThrowIfOutOfMemory(Result result)
    {
        if (result == Result.NoMemory)
            throw NativeLibraries.OutOfMemory("xz");
    }
}
