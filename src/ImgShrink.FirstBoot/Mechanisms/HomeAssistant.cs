namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Home Assistant OS, whose hassos-expand.service grows the data partition on every boot.</summary>
internal sealed class HomeAssistant : IExpandMechanism
{
    /// <summary>The label of its data volume.</summary>
    public const string DataLabel = "hassos-data";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) => card.Label == DataLabel
        ? HookDecision.ByItself("Home Assistant OS", "it grows its data partition on every boot", target)
        : null;
}
