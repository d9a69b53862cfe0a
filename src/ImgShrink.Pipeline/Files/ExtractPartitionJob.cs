using System.Globalization;
using ImgShrink.Blocks;
using ImgShrink.Containers;

namespace ImgShrink.Pipeline;

/// <summary>Takes one partition out of an image, sector by sector, as an image of a bare volume.</summary>
public static class ExtractPartitionJob
{
    /// <summary>
    /// Writes all sectors of a partition to a file, reads it back and compares; it has its name when it is proven.
    /// </summary>
    /// <param name="options">
    /// The path names the partition (<c>2:</c>); the destination's name says the format, which is raw where it says nothing, and a folder gets <c>partition2.img</c>.
    /// </param>
    /// <param name="progress">Told how far the job is.</param>
    /// <param name="cancel">Ends the job; no output is left.</param>
    /// <exception cref="ImgShrinkException">Anything that the user can do something about.</exception>
    public static PartitionExtract Run(ExtractOptions options, IProgress<ProgressStep> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int number = options.Path is { Partition: int named, Path: "/" } ? named : throw new AccessException(
            $"One partition is taken as a whole, and '{options.Path}' names none; write 2: for partition 2.");
        // The checks are those of any output: not the source itself, no folder, no device.
        string destination = DestinationOf(options, number);
        OutputName output = OutputName.Of(new ShrinkOptions
        {
            Source = options.Source, Output = destination, Format = ContainerFormats.Named(destination) ?? ContainerFormats.ByName("raw"),
        });
        OutputFile.ThrowIfRefused(output.Path, options.Overwrite);
        using IImageSource source = SourceOpening.Open(options.Source, Path.GetDirectoryName(output.Path), progress, cancel);
        progress.Report(new ProgressStep(Phase.Checking, 0, 0));
        CardImage card = CardImage.Read(source, cancel: cancel);
        TargetView sectors = SectorsOf(card, number);
        WrittenImage written = ProvenOutput.Write(
            output.Format, sectors, output.Path, ContainerOptions.Default, [], options.Overwrite, prove: true,
            new ByteProgress(progress, Phase.Writing, sectors.Length), new ByteProgress(progress, Phase.Verifying, sectors.Length),
            cancel);
        return new PartitionExtract(
            new SourceReport(source.Path, source.Length), number, output.Path, written.FileBytes, written.ImageBytes, written.Sha256);
    }

    private static TargetView SectorsOf(CardImage card, int number)
    {
        CardVolume volume = card.Find(number) ?? throw new AccessException(card.NoPartition(number));
        return TargetDisk.Carried(card, volume.Partition.Range);
    }

    private static string DestinationOf(ExtractOptions options, int number)
    {
        string place = options.Destination ?? ".";
        return Directory.Exists(place)
            ? Path.Combine(place, string.Create(CultureInfo.InvariantCulture, $"partition{number}.img"))
            : place;
    }
}

/// <summary>A partition that was taken out as a whole.</summary>
/// <param name="Source">The image.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Destination">The file.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="ImageBytes">Length of the partition.</param>
/// <param name="Sha256">SHA-256 of the partition's sectors.</param>
public sealed record PartitionExtract(
    SourceReport Source, int Partition, string Destination, long Bytes, long ImageBytes, string Sha256);
