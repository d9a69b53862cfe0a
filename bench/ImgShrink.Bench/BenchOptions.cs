namespace ImgShrink.Bench;

/// <summary>Which cards are made and measured with.</summary>
internal enum BenchScale
{
    /// <summary>One small card and one run: that all of it works, not how fast.</summary>
    Smoke,

    /// <summary>A card as people have it, one of each filling, the formats, and a card that is only looked at.</summary>
    Usual,

    /// <summary>Cards of 4 to 64 GB with up to 6.4 GB in use, and a volume of 2 TB that is only looked at.</summary>
    Large,

    /// <summary>A card in a reader, which is captured and written.</summary>
    Reader,

    /// <summary>The usual ones, those of all sizes and shares, and both that are only looked at.</summary>
    Full,
}

/// <summary>What to measure, from the command line.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        Usage: ImgShrink.Bench --imgshrink <command> [--runs <n>] [--large | --reader | --full | --smoke] [--folder <folder>] [--document <file>]
          --imgshrink <command>  how the program to measure is called
          --runs <n>             runs of each, of which the medians count (5)
          --large                cards of 4 to 64 GB, xz, and a volume of 2 TB; takes half an hour with one run
          --reader               a card in a reader instead, captured and written; needs root
          --full                 cards of 1 to 64 GB with 10 to 90 % in use; takes hours; what the disk has no room for is left out
          --smoke                one small card and one run: that all of it works, not how fast
          --folder <folder>      where the cards and outputs are made, in a folder that is deleted (the system's for temporary files)
          --document <file>      puts the tables between the marks of this file
        """;

    private const long Giga = 1_000_000_000;

    public required string ImgShrink { get; init; }

    public int Runs { get; init; } = 5;

    public BenchScale Scale { get; init; } = BenchScale.Usual;

    public string Folder { get; init; } = Path.GetTempPath();

    public string? Document { get; init; }

    /// <summary>The cards to measure with.</summary>
    public IEnumerable<BenchCard> Cards => Scale switch
    {
        BenchScale.Smoke => [new BenchCard(Giga / 4, 0.3, Filling.Mixed)],
        BenchScale.Usual => UsualCards,
        BenchScale.Reader => [],
        BenchScale.Large => [Mixed(4, 0.5), Mixed(16, 0.1), Mixed(64, 0.1)],
        _ => [.. UsualCards, .. from size in (long[])[1, 4, 16, 64] from share in (double[])[0.1, 0.5, 0.9] select Mixed(size, share)],
    };

    /// <summary>What the formats are measured with, after it was made small; null where they are not.</summary>
    public BenchCard? FormatsCard => Scale switch
    {
        BenchScale.Smoke => new BenchCard(Giga / 10, 0.3, Filling.Mixed),
        BenchScale.Large or BenchScale.Reader => null,
        _ => Mixed(1, 0.5),
    };

    /// <summary>The card that is captured and written; null for none.</summary>
    public BenchCard? ReaderCard => Scale switch
    {
        BenchScale.Smoke => new BenchCard(Giga / 4, 0.3, Filling.Mixed),
        BenchScale.Reader => Mixed(8, 0.15),
        _ => null,
    };

    /// <summary>Nearly empty cards that are only looked at and planned.</summary>
    public IEnumerable<BenchCard> SparseCards
    {
        get
        {
            if (Scale is BenchScale.Usual or BenchScale.Full)
                yield return Mixed(64, 0.02);
            if (Scale is BenchScale.Large or BenchScale.Full)
                yield return new BenchCard(2000 * Giga, 0.001, Filling.SmallFiles);
        }
    }

    private static IEnumerable<BenchCard> UsualCards =>
        [Mixed(8, 0.15), .. Enum.GetValues<Filling>().Select(filling => new BenchCard(Giga, 0.5, filling))];

    private static BenchCard Mixed(long gigabytes, double share) => new(gigabytes * Giga, share, Filling.Mixed);

    /// <summary>Reads the arguments; null when they are wrong.</summary>
    public static BenchOptions? Parse(string[] arguments)
    {
        var options = new BenchOptions { ImgShrink = "" };
        for (int i = 0; i < arguments.Length; i++)
        {
            string? Value() => ++i < arguments.Length ? arguments[i] : null;
            BenchOptions? next = arguments[i] switch
            {
                "--imgshrink" => Value() is { } value ? options with { ImgShrink = value } : null,
                "--runs" => int.TryParse(Value(), out int runs) && runs > 0 ? options with { Runs = runs } : null,
                "--folder" => Value() is { } value ? options with { Folder = value } : null,
                "--document" => Value() is { } value ? options with { Document = value } : null,
                "--large" => options with { Scale = BenchScale.Large },
                "--reader" => options with { Scale = BenchScale.Reader },
                "--full" => options with { Scale = BenchScale.Full },
                "--smoke" => options with { Scale = BenchScale.Smoke, Runs = 1 },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }

        return options.ImgShrink.Length > 0 ? options : null;
    }
}
