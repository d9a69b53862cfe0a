// The build's targets; called by build.sh and build.ps1. CONTRIBUTING.md says what each is for.

using System.Runtime.InteropServices;

var target = Argument("target", "test").ToLowerInvariant();
const string Solution = "ImgShrink.sln";
const string Configuration = "Release";
var artifacts = Directory("artifacts");

DotNetMSBuildSettings Quietly() => new DotNetMSBuildSettings { NoLogo = true };

Task("build")
    .Does(() =>
    {
        DotNetRestore(Solution, new DotNetRestoreSettings { Verbosity = DotNetVerbosity.Quiet });
        DotNetBuild(Solution, new DotNetBuildSettings
        {
            Configuration = Configuration,
            NoRestore = true,
            Verbosity = DotNetVerbosity.Minimal,
            MSBuildSettings = Quietly(),
        });
    });

Task("lab")
    .Does(() =>
    {
        bool wanted = EnvironmentVariable("CI") == "true" || HasEnvironmentVariable("IMGSHRINK_LAB");
        if (!IsRunningOnLinux() || !Environment.IsPrivilegedProcess || !wanted)
        {
            Warning("The cards of the boot tests are made on Linux, as root, with CI=true or IMGSHRINK_LAB set.");
            Warning("Without them, and without the real tools, those tests are SKIPPED.");
            return;
        }

        foreach (string script in new[] { "make-guest-root.sh", "make-lab.sh", "make-small-root.sh" })
        {
            if (StartProcess($"tests/lab/{script}") != 0)
                throw new CakeException($"tests/lab/{script} failed.");
        }
    });

Task("test")
    .IsDependentOn("build")
    .IsDependentOn("lab")
    .Does(() =>
    {
        var results = artifacts + Directory("test-results");
        CleanDirectory(results);
        DotNetTest(Solution, new DotNetTestSettings
        {
            Configuration = Configuration,
            NoBuild = true,
            Loggers = { "trx" },
            ResultsDirectory = results,
            Verbosity = DotNetVerbosity.Quiet,
            // One project at a time: the oracle tests boot machines and measure nothing while others take the cores.
            MSBuildSettings = Quietly().SetMaxCpuCount(1),
        });
    });

Task("demo")
    .Does(() => DotNetRun("src/ImgShrink.Cli", "demo artifacts/demo --force", new DotNetRunSettings { Configuration = Configuration }));

ConvertableDirectoryPath Publish(string runtime)
{
    var folder = artifacts + Directory($"publish/{runtime}");
    DotNetPublish("src/ImgShrink.Cli", new DotNetPublishSettings
    {
        Configuration = Configuration,
        Runtime = runtime,
        SelfContained = true,
        PublishSingleFile = true,
        PublishReadyToRun = true,
        OutputDirectory = folder,
        Verbosity = DotNetVerbosity.Minimal,
        MSBuildSettings = Quietly(),
    });
    return folder;
}

Task("publish")
    .Does(() =>
    {
        foreach (string runtime in new[] { "win-x64", "linux-x64" })
            Publish(runtime);
    });

Task("bench")
    .Does(() =>
    {
        string program = MakeAbsolute(Publish(RuntimeInformation.RuntimeIdentifier) + File("imgshrink")).FullPath;
        var arguments = new ProcessArgumentBuilder()
            .Append("--imgshrink").AppendQuoted(program)
            .Append("--document").AppendQuoted("docs/PERFORMANCE.md")
            .Append(Argument("arguments", ""));
        DotNetRun("bench/ImgShrink.Bench", arguments, new DotNetRunSettings { Configuration = Configuration });
    });

Task("testall")
    .IsDependentOn("test")
    .IsDependentOn("demo")
    .IsDependentOn("publish");

RunTarget(target);
