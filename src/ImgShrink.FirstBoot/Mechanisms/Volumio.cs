namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Volumio, whose initramfs grows the data partition on every boot.</summary>
internal sealed class Volumio : IExpandMechanism
{
    /// <summary>The label of its data volume.</summary>
    public const string DataLabel = "volumio_data";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) => card.Label == DataLabel
        ? HookDecision.ByItself("Volumio", "it grows its data partition on every boot", target)
        : null;
}
