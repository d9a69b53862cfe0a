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
        DriveError error = DriveError.OfUnix(errno);
        Assert.Equal(fault, error.Fault);
        string message = error.Explained("/dev/sdx", DriveVerb.Write).Message;
        Assert.Contains(says, message);
        Assert.StartsWith("/dev/sdx cannot be written: ", message);
        Assert.Contains($"(errno {errno}: ", message);
    }

    [Fact]
    public void A_write_that_is_forbidden_in_the_middle_is_not_a_matter_of_rights() => Assert.Contains(
        "Controlled folder access", DriveError.OfWindows(5).Explained("d", DriveVerb.Write, at: 1 << 20).Message);
}
