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

// What the tests need from outside, and the program that runs on the lab's Windows.
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

        foreach (string script in new[] { "make-guest-root.sh", "make-lab.sh", "make-small-root.sh", "make-windows.sh" })
        {
            if (StartProcess($"tests/lab/{script}") != 0)
                throw new CakeException($"tests/lab/{script} failed.");
        }

        Publish("win-x64");
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

// The systems that have a program of their own, and what it is called there.
var programs = new Dictionary<string, string> { ["win-x64"] = "imgshrink.exe", ["linux-x64"] = "imgshrink" };

ConvertableDirectoryPath Publish(string runtime)
{
    var folder = artifacts + Directory($"publish/{runtime}");
    CleanDirectory(folder);
    DotNetPublish("src/ImgShrink.Cli", new DotNetPublishSettings
    {
        Configuration = Configuration,
        Runtime = runtime,
        SelfContained = true,
        PublishSingleFile = true,
        PublishReadyToRun = true,
        OutputDirectory = folder,
        Verbosity = DotNetVerbosity.Minimal,
        MSBuildSettings = Quietly()
            .WithProperty("CopyOutputSymbolsToPublishDirectory", "false")
            .WithProperty("PublishDocumentationFiles", "false")
            .WithProperty("AllowedReferenceRelatedFileExtensions", "none"),
    });
    return folder;
}

Task("publish")
    .Does(() =>
    {
        foreach (string runtime in programs.Keys)
            Publish(runtime);
    });

// The files of a release. With the address of the folder where they are going to lie, the manifests for winget are made, too.
Task("package")
    .IsDependentOn("publish")
    .Does(() =>
    {
        var folder = artifacts + Directory("package");
        CleanDirectory(folder);
        string version = XmlPeek("Directory.Build.props", "/Project/PropertyGroup/Version");
        DotNetPack("src/ImgShrink.Cli", new DotNetPackSettings
        {
            Configuration = Configuration,
            OutputDirectory = folder,
            Verbosity = DotNetVerbosity.Quiet,
            MSBuildSettings = Quietly(),
        });
        foreach (var (runtime, program) in programs)
        {
            var content = folder + Directory(runtime);
            CreateDirectory(content);
            CopyFiles(new FilePath[] { artifacts + File($"publish/{runtime}/{program}"), "LICENSE", "THIRD-PARTY-NOTICES.md" }, content);
            // .NET's own, and not Cake's, keeps the right to run the program.
            System.IO.Compression.ZipFile.CreateFromDirectory(
                MakeAbsolute(content).FullPath, MakeAbsolute(folder + File($"imgshrink-{version}-{runtime}.zip")).FullPath);
            DeleteDirectory(content, new DeleteDirectorySettings { Recursive = true });
        }

        string Sum(FilePath file) => CalculateFileHash(file, HashAlgorithm.SHA256).ToHex();
        System.IO.File.WriteAllLines(MakeAbsolute(folder + File("SHA256SUMS")).FullPath,
            GetFiles($"{folder}/*.*pkg").Concat(GetFiles($"{folder}/*.zip")).Select(file => $"{Sum(file)}  {file.GetFilename()}"));

        if (Argument("arguments", "") is { Length: > 0 } address)
        {
            var winget = folder + Directory($"winget/manifests/i/ImgShrink/ImgShrink/{version}");
            CreateDirectory(winget);
            string sum = Sum(folder + File($"imgshrink-{version}-win-x64.zip")).ToUpperInvariant();
            foreach (FilePath template in GetFiles("packaging/winget/*.yaml"))
            {
                string text = System.IO.File.ReadAllText(template.FullPath)
                    .Replace("{version}", version).Replace("{url}", address.TrimEnd('/')).Replace("{sha256}", sum);
                System.IO.File.WriteAllText(MakeAbsolute(winget + template.GetFilename()).FullPath, text);
            }
        }
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

// The long run of the tests that try to break the promises; prints the tables that docs/RELIABILITY.md keeps. Behind it:
// how many inputs an image, and how many random volumes.
Task("reliability")
    .IsDependentOn("build")
    .Does(() =>
    {
        var tables = artifacts + Directory("reliability");
        CleanDirectory(tables);
        string[] counts = Argument("arguments", "20000 2000").Split(' ');
        void Run(string project, string filter) => DotNetTest($"tests/{project}", new DotNetTestSettings
        {
            Configuration = Configuration,
            NoBuild = true,
            Filter = filter,
            Verbosity = DotNetVerbosity.Quiet,
            EnvironmentVariables = new Dictionary<string, string>
            {
                ["IMGSHRINK_RELIABILITY"] = MakeAbsolute(tables).FullPath,
                ["IMGSHRINK_HOSTILE_CASES"] = counts[0],
                ["IMGSHRINK_RANDOM_VOLUMES"] = counts[1],
            },
        });
        Run("ImgShrink.HostileTests", "");
        Run("ImgShrink.Containers.Tests", "FullyQualifiedName~Source_that_fails_at_any_read");
        Run("ImgShrink.Pipeline.Tests", "FullyQualifiedName~PowerCutTests|FullyQualifiedName~BadInputTests");
        Run("ImgShrink.OracleTests", "FullyQualifiedName~RandomVolumeTests|FullyQualifiedName~InPlaceKillTests");
        foreach (FilePath table in GetFiles($"{tables}/*.md").OrderBy(file => file.FullPath))
            Information("\n{0}", System.IO.File.ReadAllText(table.FullPath));
    });

Task("testall")
    .IsDependentOn("test")
    .IsDependentOn("reliability")
    .IsDependentOn("demo")
    .IsDependentOn("package");

RunTarget(target);
