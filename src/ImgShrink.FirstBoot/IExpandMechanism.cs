namespace ImgShrink.FirstBoot;

/// <summary>One way in which a system grows over its card, or a reason why it will not.</summary>
internal interface IExpandMechanism
{
    /// <summary>What happens on the first boot of this card; null when that is another mechanism's business.</summary>
    HookDecision? Decide(SystemTrees card, ExpandTarget target);
}

/// <summary>Something on a card that makes it grow on its next boot, and that can be taken away.</summary>
internal interface IArmed
{
    /// <summary>Its name in reports, such as "systemd hook".</summary>
    string Name { get; }

    /// <summary>Whether it is there.</summary>
    bool IsArmed(SystemTrees card);

    /// <summary>Takes it away, with the folder of the script where that is empty then.</summary>
    void Disarm(CardEditor card);
}

/// <summary>A mechanism that is set up by writing to the card.</summary>
internal interface IWrittenMechanism : IExpandMechanism, IArmed
{
    /// <summary>The files and links that it makes or changes on the volume that grows.</summary>
    IEnumerable<string> PathsOn(SystemTrees card);

    /// <summary>Sets it up, or anew where it is already: twice is the same as once.</summary>
    /// <exception cref="Blocks.NotEnoughSpaceException">A volume has no room for it.</exception>
    void Arm(CardEditor card, ExpandTarget target);
}
