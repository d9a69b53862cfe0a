using System.Reflection;
using ImgShrink.Containers;
using ImgShrink.FileSystems.Ext;
using ImgShrink.FirstBoot;

namespace ImgShrink.Pipeline.Tests;

/// <summary>No option that shows in an output is forgotten where outputs are told apart.</summary>
public class OutputTraitsTests
{
    private static readonly string[] s_notInIt =
    [
        nameof(ShrinkOptions.Source), nameof(ShrinkOptions.Output), nameof(ShrinkOptions.Format), nameof(ShrinkOptions.InPlace),
        nameof(ShrinkOptions.DryRun), nameof(ShrinkOptions.Resume), nameof(ShrinkOptions.Overwrite),
    ];

    public static TheoryData<string> Options() =>
        [.. typeof(ShrinkOptions).GetProperties().Select(each => each.Name).Except(s_notInIt)];

    [Theory]
    [MemberData(nameof(Options))]
    public void Each_option_makes_another_output(string name)
    {
        var options = new ShrinkOptions { Source = "card.img" };
        PropertyInfo property = typeof(ShrinkOptions).GetProperty(name)!;
        object other = property.GetValue(options) switch
        {
            bool isSet => !isSet,
            ShrinkRoom => ShrinkRoom.None,
            ContainerOptions => new ContainerOptions(Level: 7),
            ExpandLimit => ExpandLimit.Percent(50),
            null when property.PropertyType == typeof(double?) => 0.1,
            null when property.PropertyType == typeof(long?) => 7L,
            null when property.PropertyType == typeof(int?) => 2,
            var unknown => throw new NotSupportedException($"{name}: {unknown}"),
        };
        Assert.Equal("", OutputTraits.Of(options));
        property.SetValue(options, other);
        Assert.NotEqual("", OutputTraits.Of(options));
    }

    [Fact]
    public void Threads_and_memory_make_no_difference() =>
        Assert.Equal("", OutputTraits.Of(new ShrinkOptions
        {
            Source = "card.img", Compression = new ContainerOptions(Threads: 3, Memory: 1 << 30),
        }));
}
