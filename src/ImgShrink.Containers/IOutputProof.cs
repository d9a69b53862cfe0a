using ImgShrink.Blocks;

namespace ImgShrink.Containers;

/// <summary>Knows what a container has written, and proves that a file holds it.</summary>
public interface IOutputProof
{
    /// <summary>Reads the file back, and compares all of it with what was planned.</summary>
    /// <param name="path">The written file.</param>
    /// <param name="threads">Parts that are compared at a time, 1 or more.</param>
    /// <param name="bytesDone">Told how many bytes of the image are proven, ascending, from a worker thread.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="VerificationException">The file is not what was planned; the message says where.</exception>
    void Prove(string path, int threads, IProgress<long>? bytesDone, CancellationToken cancel);
}
