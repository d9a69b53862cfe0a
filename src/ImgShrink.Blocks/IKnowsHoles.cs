namespace ImgShrink.Blocks;

/// <summary>A source that can tell, without reading, where it holds nothing but zeros.</summary>
public interface IKnowsHoles
{
    /// <summary>The ranges that may hold something else than zeros; everything outside of them reads as zero.</summary>
    RangeSet DataRanges();
}
