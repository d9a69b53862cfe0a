namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>A unit of the system's own that grows the root once, and is enabled once more.</summary>
/// <param name="name">The mechanism's name in reports.</param>
/// <param name="unit">The unit.</param>
/// <param name="target">The target that wants it.</param>
/// <param name="mark">A file that would keep it from growing the root again.</param>
internal abstract class OwnUnit(string name, string unit, string target, string mark) : IWrittenMechanism
{
    public string Name => name;

    private string Wants => $"/etc/systemd/system/{target}.wants/{unit}";

    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        card.Root.FindUnit(unit) is not null
            && target is { IsLogical: false }
            && target.Limit == ExpandLimit.Max // Other limits are the hook's business.
            ? Suits(card, target)
            : null;

    public bool IsArmed(SystemTrees card) => card.Root.Exists(Wants);

    public IEnumerable<string> PathsOn(SystemTrees card) => [Wants];

    public void Arm(CardEditor card, ExpandTarget target)
    {
        card.Root.PutLink(Wants, card.Root.FindUnit(unit)!);
        card.Root.Delete(mark);
    }

    public void Disarm(CardEditor card) => card.Root.Delete(Wants);

    /// <summary>The decision for a card that has the unit; null where the unit would not do there.</summary>
    protected abstract HookDecision? Suits(SystemTrees card, ExpandTarget target);
}
