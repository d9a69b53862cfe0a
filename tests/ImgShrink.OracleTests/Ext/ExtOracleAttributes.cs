namespace ImgShrink.OracleTests.Ext;

/// <summary>The tools that the tests of this folder ask.</summary>
internal static class ExtTools
{
    public static string? WhyNot() => Oracle.WhyNot("mke2fs", "e2fsck", "resize2fs", "debugfs", "mount", "python3");
}

/// <summary>A test with data that needs root and e2fsprogs; left out loudly elsewhere, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExtTheoryAttribute : TheoryAttribute
{
    public ExtTheoryAttribute() => Skip = ExtTools.WhyNot();
}

/// <summary>A test that needs root and e2fsprogs; left out loudly elsewhere, except in CI on Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExtFactAttribute : FactAttribute
{
    public ExtFactAttribute() => Skip = ExtTools.WhyNot();
}
