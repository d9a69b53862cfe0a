using System.Runtime.Versioning;
using ImgShrink.Blocks;
using ImgShrink.Devices.Holding;

namespace ImgShrink.Devices.Tests;

/// <summary>What Windows answers when it is asked who uses a volume.</summary>
[SupportedOSPlatform("windows")]
public sealed class VolumeUsersTests
{
    [Theory]
    [InlineData(2, 3, new[] { 4711, 8 })]
    [InlineData(900, 3, new[] { 4711, 8, 12 })] // More than there is room for.
    [InlineData(0, 3, new int[0])]
    public void Numbers_of_processes_are_those_that_the_answer_has_room_for(int count, int room, int[] expected)
    {
        var answer = new byte[8 + room * 8];
        Le.Put32(answer, 0, (uint)count);
        foreach ((int i, int id) in ((int[])[4711, 8, 12]).Index())
            Le.Put64(answer, 8 + i * 8, (ulong)id);
        Assert.Equal(expected, VolumeUsers.Parse(answer));
        Assert.Empty(VolumeUsers.Parse(answer.AsSpan(0, 4)));
    }

    [Fact]
    public void A_number_that_no_process_can_have_is_left_out()
    {
        var answer = new byte[16];
        Le.Put32(answer, 0, 1);
        Le.Put64(answer, 8, ulong.MaxValue);
        Assert.Empty(VolumeUsers.Parse(answer));
    }
}
