using System.Globalization;
using ImgShrink.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (BenchOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The tools to compare with run on Linux only, and so does this comparison.");
    return 4;
}

string folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"imgshrink-bench-{Guid.NewGuid():N}")).FullName;
try
{
    var sideBySide = new SideBySide(options, folder);
    string runs = options.Runs == 1 ? "One run of each, in turns," : $"Medians of {options.Runs} alternating runs";
    string machine = $"{runs} on {Environment.ProcessorCount} cores. "
        + "Read and written are bytes of system calls, whether they met the disk or the system's cache.\n\n";
    Console.Write(machine);
    var tables = new List<string> { machine };
    void Add(string table)
    {
        Console.Write(table);
        tables.Add(table);
    }

    foreach (BenchCard card in options.Cards)
    {
        Console.Error.WriteLine(card.Name);
        Add(sideBySide.Measure(card));
    }

    if (options.FormatsCard is { } formats)
    {
        Console.Error.WriteLine("formats");
        Add(sideBySide.MeasureFormats(formats));
    }

    foreach (BenchCard card in options.SparseCards)
    {
        Console.Error.WriteLine(card.Name);
        Add(sideBySide.MeasureLooking(card));
    }

    if (options.ReaderCard is { } inReader)
    {
        Console.Error.WriteLine("reader");
        using var reader = new ReaderBench(options, folder);
        Add(reader.Measure(inReader));
    }

    if (options.Document is { } document)
        MarkedDocument.Put(document, "./build.sh bench" + options.Scale switch
        {
            BenchScale.Large => " --large",
            BenchScale.Reader => " --reader",
            _ => "",
        }, string.Concat(tables));
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
