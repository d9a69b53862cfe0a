using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>Systems whose files are made elsewhere, so that nothing that is added to them stays or starts.</summary>
internal sealed class ReadOnlySystems : IExpandMechanism
{
    public HookDecision? Decide(SystemTrees card, ExpandTarget target) =>
        WhyNot(card.Root) is { } reason ? HookDecision.None(reason) : null;

    private static string? WhyNot(IFileTree root)
    {
        Dictionary<string, string> release = InstalledSystem.ReadRelease(root);
        string id = release.GetValueOrDefault("ID") ?? "", variant = release.GetValueOrDefault("VARIANT_ID") ?? "";
        // Nix as a mere package manager has a store too, on systems with a /usr/lib.
        if (root.Exists("/etc/NIXOS") || (root.Exists("/nix/store") && !root.Exists("/usr/lib")))
            return "NixOS makes its units anew from its own configuration; boot.growPartition in it grows the root";
        if (variant == "coreos" || id is "fedora-coreos" or "rhcos" or "flatcar")
            return "CoreOS grows only where Ignition sets it up, and nothing can be added to it";
        if (root.ExistsAny("/ostree/repo", "/sysroot/ostree"))
            return "the root is an ostree deployment, which is read-only";
        if (id == "ubuntu-core" || root.Exists("/system-data/var/lib/snapd"))
            return "Ubuntu Core is put together from snaps, and nothing can be added to it";
        if (root.ExistsAny("/system/build.prop", "/build.prop"))
            return "Android starts nothing that is added to it";
        return null;
    }
}
