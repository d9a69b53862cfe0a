using ImgShrink.Devices.Reading;

namespace ImgShrink.Pipeline;

/// <summary>What a job does at the moment, in the user's words.</summary>
public enum Phase
{
    /// <summary>A packed source is unpacked into a scratch file; its bytes are those of the packed file.</summary>
    Unpacking,

    /// <summary>The partition table and the file systems are read and checked.</summary>
    Checking,

    /// <summary>The result is worked out, and checked in turn.</summary>
    Planning,

    /// <summary>The image is written.</summary>
    Writing,

    /// <summary>The written file is read back and compared.</summary>
    Verifying,

    /// <summary>Files are taken out of the image.</summary>
    Extracting,

    /// <summary>The files are compared with those of another image.</summary>
    Comparing,
}

/// <summary>How far a job is.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Done">Bytes of the image done in this phase; 0 where they are not counted.</param>
/// <param name="Total">Bytes of the image in all; 0 where they are not counted.</param>
public readonly record struct ProgressStep(Phase Phase, long Done, long Total)
{
    /// <summary>What is going to be read of a card, told once before that begins; null in all other steps.</summary>
    public ReadForecast? Forecast { get; init; }
}
