using ImgShrink.Blocks;

namespace ImgShrink.Pipeline;

/// <summary>An image that is changed where it is, and the place for its journal beside it.</summary>
internal interface IInPlaceFiles
{
    /// <summary>The image.</summary>
    IDurableStore Image { get; }

    /// <summary>The journal that is there; null where there is none.</summary>
    IDurableStore? OpenJournal();

    /// <summary>Makes a journal of zeros, and returns when its name is on the medium.</summary>
    /// <param name="length">Its length in bytes.</param>
    IDurableStore CreateJournal(long length);

    /// <summary>Deletes the journal where there is one, and returns when its name is gone from the medium.</summary>
    void DeleteJournal();
}
