namespace ImgShrink.OracleTests;

/// <summary>The lab itself: what it asserts must be able to fail.</summary>
public sealed class LabTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imgshrink-lab-").FullName;

    [OracleFact("shellcheck")]
    public void Its_scripts_pass_shellcheck() => Assert.Equal("", Shell.Need(
        "shellcheck",
        ["--external-sources", "--source-path=SCRIPTDIR", .. Directory.GetFiles(Path.GetDirectoryName(Lab.Script("lab.sh"))!, "*.sh"),
            Lab.Script("../../.ci/run"), Lab.Script("../../build.sh")]).Trim());

    [OracleFact("mke2fs", "e2fsck", "debugfs")]
    public void E2fsck_is_silent_about_a_sound_volume_and_not_about_a_damaged_one()
    {
        string image = Path.Combine(_folder, "volume");
        Shell.Need("mke2fs", "-q", "-t", "ext4", "-E", "offset=1048576", image, "8m");
        E2fsck.ExpectSilence(image, 1048576);

        Shell.Need("debugfs", "-w", "-R", "set_inode_field <2> links_count 7", $"{image}?offset=1048576");
        Assert.False(E2fsck.IsSilent(image, 1048576, out string said));
        Assert.Contains("should be", said);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
