using System.Globalization;
using ImgShrink.HostileTests.Damage;
using ImgShrink.HostileTests.Trials;
using Xunit.Abstractions;

namespace ImgShrink.HostileTests;

/// <summary>Runs the cases of one image, and names those that end in a way that no user should see.</summary>
/// <remarks>
/// <c>IMGSHRINK_HOSTILE_CASES</c> says how many there are for each image, <c>IMGSHRINK_HOSTILE_CASE</c> names a single one:
/// <c>ext4.img:1234</c>.
/// </remarks>
internal sealed class Campaign(string image, ITestOutputHelper output)
{
    private const int MostFailuresTold = 5;

    /// <summary>Tries one case: makes it, and runs the job on it.</summary>
    /// <param name="number">The case.</param>
    /// <param name="told">Told what was changed, before the job runs.</param>
    public delegate Ending Trial(int number, Action<string> told);

    /// <summary>How many cases to try where nobody says otherwise.</summary>
    public static int CasesOr(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("IMGSHRINK_HOSTILE_CASES"), CultureInfo.InvariantCulture, out int count) ? count : usual;

    /// <summary>Tries the cases, and fails the test with those that failed.</summary>
    public void Run(CaseList cases, int count, Trial trial)
    {
        var tally = new Tally(image);
        var failures = new List<string>();
        foreach (int number in Chosen(cases, count))
        {
            string change = "";
            try
            {
                tally.Add(trial(number, told => change = told));
            }
            catch (Exception failure)
            {
                failures.Add($"IMGSHRINK_HOSTILE_CASE={image}:{number}\n{change}\n{failure}");
                if (failures.Count == MostFailuresTold)
                    break;
            }
        }

        output.WriteLine($"{cases.SingleCount} single changes are possible");
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        output.WriteLine(tally.Finish());
    }

    private IEnumerable<int> Chosen(CaseList cases, int count)
    {
        if (Environment.GetEnvironmentVariable("IMGSHRINK_HOSTILE_CASE") is not { Length: > 0 } one)
            return cases.Choose(count);
        int colon = one.LastIndexOf(':');
        return one[..colon] == image ? [int.Parse(one[(colon + 1)..], CultureInfo.InvariantCulture)] : [];
    }
}
