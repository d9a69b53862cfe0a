using ImgShrink.Blocks;
using ImgShrink.HostileTests.Damage;
using ImgShrink.HostileTests.Trials;
using Xunit.Abstractions;

namespace ImgShrink.HostileTests;

/// <summary>
/// Every field of every structure, with every value that matters: the job ends with a right result or with a sentence.
/// </summary>
public abstract class HostileVolumeTests(ITestOutputHelper output)
{
    private const long EnoughMemory = 128 << 20;

    /// <summary>Tries the cases of an image; a sound one has to pass, too.</summary>
    private protected void Try(string name, Func<IBlockSource, ImageMap> mapOf, Ending sound, int cases)
    {
        var original = new MemoryStore(CorpusImage.Load(name));
        ImageMap map = mapOf(original);
        var all = new CaseList(map);
        Assert.Equal(sound, EndingOf(original));
        new Campaign(name, output).Run(all, Campaign.CasesOr(cases), (number, told) =>
        {
            WriteOverlay image = CorpusImage.Changeable(original);
            told(all.Make(number, image));
            return EndingOf(image);
        });
    }

    /// <summary>Asks somebody else about a result; not for long.</summary>
    private protected virtual void Judge(IBlockSource source, TargetView target)
    {
    }

    private Ending EndingOf(IBlockSource image)
    {
        using var trial = new VolumeTrial(image);
        Ending ending = Limits.Run(trial.Run, EnoughMemory);
        if (ending == Ending.Shrunk)
            Judge(image, trial.Target!);
        return ending;
    }
}
