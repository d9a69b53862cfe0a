namespace ImgShrink.Devices.Tests;

/// <summary>What the numbers of Windows and Unix come to, and what is said about them.</summary>
public sealed class DriveErrorTests
{
    [Theory]
    [InlineData(5, DriveFault.Denied, "administrator rights")]
    [InlineData(19, DriveFault.WriteProtected, "lock switch")]
    [InlineData(21, DriveFault.NoCard, "no card in it")]
    [InlineData(1112, DriveFault.NoCard, "no card in it")]
    [InlineData(23, DriveFault.BadSector, "the medium fails there")]
    [InlineData(1117, DriveFault.BadSector, "the medium fails there")]
    [InlineData(1167, DriveFault.Gone, "Was it pulled out?")]
    [InlineData(1110, DriveFault.CardChanged, "Leave it in")]
    [InlineData(121, DriveFault.Hiccup, "another port")]
    [InlineData(32, DriveFault.Busy, "in use")]
    [InlineData(2, DriveFault.Missing, "'imgshrink devices' shows")]
    [InlineData(112, DriveFault.End, "counterfeit")]
    [InlineData(31, DriveFault.Other, "the system refuses")]
    public void Windows_errors_are_told_in_plain_words(int code, DriveFault fault, string says)
    {
        DriveError error = DriveError.OfWindows(code);
        Assert.Equal(fault, error.Fault);
        string message = error.Explained(@"\\.\PhysicalDrive3", DriveVerb.Read).Message;
        Assert.Contains(says, message);
        Assert.StartsWith(@"\\.\PhysicalDrive3 cannot be read: ", message);
        Assert.EndsWith($"(Windows error {code})", message);
    }

    [Theory]
    [InlineData(13, DriveFault.Denied, "sudo")]
    [InlineData(1, DriveFault.Denied, "sudo")]
    [InlineData(30, DriveFault.WriteProtected, "lock switch")]
    [InlineData(28, DriveFault.End, "counterfeit")]
    [InlineData(19, DriveFault.Gone, "Was it pulled out?")]
    [InlineData(6, DriveFault.Gone, "Was it pulled out?")]
    [InlineData(5, DriveFault.BadSector, "the medium fails there")]
    [InlineData(16, DriveFault.Busy, "in use")]
    [InlineData(123, DriveFault.NoCard, "no card in it")]
    [InlineData(2, DriveFault.Missing, "'imgshrink devices' shows")]
    public void Errno_is_told_in_plain_words(int errno, DriveFault fault, string says)
    {
        DriveError error = DriveError.OfLinux(errno);
        Assert.Equal(fault, error.Fault);
        string message = error.Explained("/dev/sdx", DriveVerb.Write).Message;
        Assert.Contains(says, message);
        Assert.StartsWith("/dev/sdx cannot be written: ", message);
        Assert.Contains($"(errno {errno}: ", message);
    }

    [Theory]
    [InlineData(61, DriveFault.BadSector, DriveFault.Other)] // ENODATA; ECONNREFUSED
    [InlineData(84, DriveFault.BadSector, DriveFault.Other)] // EILSEQ; EOVERFLOW
    [InlineData(110, DriveFault.Hiccup, DriveFault.Other)] // ETIMEDOUT; no number of macOS
    [InlineData(123, DriveFault.NoCard, DriveFault.Other)] // ENOMEDIUM; no number of macOS
    [InlineData(60, DriveFault.Other, DriveFault.Hiccup)] // ENOSTR; ETIMEDOUT
    [InlineData(83, DriveFault.Other, DriveFault.BadSector)] // ELIBEXEC; EDEVERR
    [InlineData(6, DriveFault.Gone, DriveFault.Gone)] // ENXIO on both
    public void An_errno_is_that_of_its_system(int errno, DriveFault linux, DriveFault mac) =>
        Assert.Equal((linux, mac), (DriveError.OfLinux(errno).Fault, DriveError.OfMacOs(errno).Fault));

    [Fact]
    public void What_no_system_has_said_has_no_number() => Assert.Equal(
        "d cannot be read: there is no card in it.", DriveError.Of(DriveFault.NoCard).Explained("d", DriveVerb.Read).Message);

    [Fact]
    public void A_write_that_is_forbidden_in_the_middle_is_not_a_matter_of_rights() => Assert.Contains(
        "Controlled folder access", DriveError.OfWindows(5).Explained("d", DriveVerb.Write, at: 1 << 20).Message);
}
