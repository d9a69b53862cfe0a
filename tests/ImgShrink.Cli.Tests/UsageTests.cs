using System.Text.Json;
using ImgShrink.Testing;

namespace ImgShrink.Cli.Tests;

/// <summary>Command lines that cannot be run: exit code 2, one sentence on stderr, nothing else.</summary>
public sealed class UsageTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "", "Name a command: info, shrink, " },
        { "foo", "There is no command or option 'foo'; the commands are info, shrink, " },
        { "--foo", "There is no command or option '--foo'" },
        { "shrink", "Required argument 'source' missing" },
        { "info", "See 'imgshrink info --help'." },
        { "shrink a.img b.img c.img", "'c.img'" },
        { "shrink a.img --dryrun", "There is no option '--dryrun'." },
        { "shrink a.img --frmat raw", "There is no option '--frmat'." },
        { "info --foo", "There is no option '--foo'." },
        { "verify a.img --sha256 12", "--sha256 takes 64 hexadecimal digits" },
        { "info|", "The source has an empty name." },
        { "shrink|a.img|", "The output has an empty name." },
        { "demo|", "The folder has an empty name." },
        { "batch", "Required argument 'folder' missing" },
        { "batch a --level 99", "--level takes" },
        { "batch a --keep", "--keep goes with --replace" },
        { "batch a --recycle", "--recycle goes with --replace" },
        { "batch a --replace --keep --recycle", "--keep and --recycle cannot be used together." },
        { "batch a --replace --verify none", "--replace needs the proof that --verify none leaves out." },
        { "batch a --report b.pdf", "--report writes .html or .csv, not 'b.pdf'." },
        { "ls", "Required argument 'image' missing" },
        { "extract a.img", "Required argument 'path' missing" },
        { "extract a.img 1: b.img.bz2 --raw", "'.bz2' files are not written; name the output .img, .img.zst, .img.xz, .img.gz or .img.zip." },
        { "extract a.img /etc --frce", "There is no option '--frce'." },
        { "shrink a.img --free", "'--free'" },
        { "shrink a.img --free abc", "--free takes a size such as 7.2GB, 7GiB or 500M, or a percentage such as 10%, not 'abc'." },
        { "shrink a.img --free 120%", "--free takes a size such as 7.2GB, 7GiB or 500M, or a percentage such as 10%, not '120%'." },
        { "shrink a.img --free -1", "--free takes a size" },
        { "shrink a.img --free 1M --free 2M", "--free" },
        { "shrink a.img --size -5", "--size takes a size such as 7.2GB, 7GiB or 500M, not '-5'." },
        { "shrink a.img --size 7,2GB", "--size takes a size such as 7.2GB, 7GiB or 500M, not '7,2GB'." },
        { "shrink a.img --size 10%", "--size takes a size" },
        { "shrink a.img --size 1G --free 0", "--size and --free cannot be used together" },
        { "shrink a.img --fit big", "--fit takes what is printed on a card such as 16GB, a size such as 7.2GB or 7GiB, or a drive, not 'big'." },
        { "shrink a.img --fit 8GB --size 7G", "--size and --fit cannot be used together" },
        { "shrink a.img --fit 8GB --free 0", "--fit and --free cannot be used together" },
        { "shrink a.img --level 99", "--level takes 1 to 19, not 99." },
        { "shrink a.img --level 0", "--level takes 1 to 19, not 0." },
        { "shrink a.img --level high", "--level takes a whole number, not 'high'." },
        { "shrink a.img --level 3 --format raw", "--level means nothing for a raw image." },
        { "shrink a.img b.img --level 3", "--level means nothing for a raw image." },
        { "shrink a.img --generalize --no-shrink", "--generalize means nothing with --no-shrink, which changes no file system." },
        { "shrink a.img --expand-native --expand none", "--expand-native fills the card, so it takes no other --expand than max." },
        { "shrink a.img b.img.xz --level 10", "--level takes 0 to 9, not 10." },
        { "shrink a.img --format xz --level -1", "--level takes 0 to 9, not -1." },
        { "shrink a.img b.zip --level 0", "--level takes 1 to 9, not 0." },
        { "shrink a.img b.img.xz --seekable", "--seekable is for zst, and the output is xz." },
        { "shrink a.img --memory lots", "--memory takes a size such as 7.2GB, 7GiB or 500M, not 'lots'." },
        { "shrink a.img b.img.7z", "'.7z' files are not written; name the output .img, .img.zst, .img.xz, .img.gz or .img.zip, or choose with --format." },
        { "shrink a.img --threads 0", "--threads takes 1 to 64, not 0." },
        { "shrink a.img --threads -2", "--threads takes 1 to 64, not -2." },
        { "shrink a.img --threads many", "--threads takes a whole number, not 'many'." },
        { "shrink a.img --threads 99999999999", "--threads takes a whole number" },
        { "shrink a.img --expand foo", "--expand takes max, none, a size such as 14GB (below 1000TB) or a percentage from 1% to 100%, not 'foo'." },
        { "shrink a.img --reserved 51%", "--reserved takes a percentage from 0% to 50%, not '51%'." },
        { "shrink a.img --reserved 1GB", "--reserved takes a percentage from 0% to 50%, not '1GB'." },
        { "shrink a.img --reserved 1% --no-shrink", "--reserved means nothing with --no-shrink, which changes no file system." },
        { "shrink a.img b.img --in-place", "--in-place changes the source and writes no output, so it cannot be used with the output b.img." },
        { "shrink a.img --in-place --level 5", "it cannot be used with an option that says how an output is packed" },
        { "shrink a.img --in-place --bmap", "it cannot be used with --bmap." },
        { "shrink a.img --in-place --all-sectors", "it cannot be used with --all-sectors." },
        { "shrink a.img --only x", "--only takes a whole number, not 'x'." },
        { "shrink a.img --only 2 --all", "--only and --all cannot be used together." },
        { "shrink a.img --all --all-sectors", "--all means nothing with --all-sectors, which changes no file system." },
        { "shrink a.img --expand 0", "--expand takes" },
        { "shrink a.img --expand 0%", "--expand takes" },
        { "shrink a.img --expand 101%", "--expand takes" },
        { "shrink a.img --expand 2000TB", "--expand takes" },
        { "shrink a.img --format foo", "There is no format 'foo'; there are zst, xz, gz, zip, raw." },
        { "shrink a.img --verify maybe", "--verify takes full or none, not 'maybe'." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_command_line_is_explained(string line, string says)
    {
        using var folder = new TempFolder();
        // Spaces part the arguments, or bars where one of them is empty.
        string[] args = line.Length == 0 ? [] : line.Split(line.Contains('|') ? '|' : ' ');
        CliResult run = Cli.Run(start => start.WorkingDirectory = folder[""], args);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(says, run.Error);
        Assert.StartsWith("imgshrink: ", run.Error);
        Assert.DoesNotContain("System.", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(folder[""]));
    }

    [Theory]
    [InlineData("shrink a.img --free abc --json")]
    [InlineData("--json shrink")]
    [InlineData("foo --json")]
    public void With_json_it_is_explained_in_a_line_of_json(string line)
    {
        CliResult run = Cli.Run(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        using JsonDocument error = JsonDocument.Parse(run.Error);
        Assert.Equal(2, error.RootElement.GetProperty("exitCode").GetInt32());
        Assert.NotEmpty(error.RootElement.GetProperty("error").GetString()!);
    }
}
