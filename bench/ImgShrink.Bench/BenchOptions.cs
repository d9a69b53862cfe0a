namespace ImgShrink.Bench;

/// <summary>What to measure, from the command line.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        Usage: ImgShrink.Bench --imgshrink <command> [--runs <n>] [--full | --smoke] [--folder <folder>] [--document <file>]
          --imgshrink <command>  how the program to measure is called
          --runs <n>             runs of each, of which the medians count (5)
          --full                 cards of up to 64 GB, a volume of 2 TB, and xz; takes hours; what the disk has no room for is left out
          --smoke                one small card and one run: that all of it works, not how fast
          --folder <folder>      where the cards and outputs are made, in a folder that is deleted (the system's for temporary files)
          --document <file>      puts the tables between the marks of this file
        """;

    public required string ImgShrink { get; init; }

    public int Runs { get; init; } = 5;

    public bool IsFull { get; init; }

    public bool IsSmoke { get; init; }

    public string Folder { get; init; } = Path.GetTempPath();

    public string? Document { get; init; }

    /// <summary>The cards to measure with.</summary>
    public IEnumerable<BenchCard> Cards
    {
        get
        {
            const long giga = 1_000_000_000;
            if (IsSmoke)
                return [new BenchCard(giga / 4, 0.3, Filling.Mixed)];
            List<BenchCard> cards =
            [
                new(8 * giga, 0.15, Filling.Mixed),
                .. Enum.GetValues<Filling>().Select(filling => new BenchCard(giga, 0.5, filling)),
            ];
            if (IsFull)
            {
                cards.AddRange(from size in (long[])[1, 4, 16, 64] from share in (double[])[0.1, 0.5, 0.9]
                    select new BenchCard(size * giga, share, Filling.Mixed));
            }

            return cards;
        }
    }

    /// <summary>What the formats are measured with, after it was made small.</summary>
    public BenchCard FormatsCard => new(IsSmoke ? 100_000_000 : 1_000_000_000, IsSmoke ? 0.3 : 0.5, Filling.Mixed);

    /// <summary>Empty cards that are only looked at and planned.</summary>
    public IEnumerable<BenchCard> SparseCards => IsSmoke ? [] :
    [
        new(64_000_000_000, 0.02, Filling.Mixed),
        .. IsFull ? (BenchCard[])[new(2_000_000_000_000, 0.001, Filling.SmallFiles)] : [],
    ];

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
                "--full" => options with { IsFull = true },
                "--smoke" => options with { IsSmoke = true, Runs = 1 },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }

        return options.ImgShrink.Length > 0 ? options : null;
    }
}
