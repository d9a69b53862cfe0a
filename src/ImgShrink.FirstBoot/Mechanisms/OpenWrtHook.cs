using ImgShrink.FileSystems;

namespace ImgShrink.FirstBoot.Mechanisms;

/// <summary>
/// The script among OpenWrt's uci-defaults: each is sourced on every boot until it succeeds, then deleted.
/// </summary>
internal sealed class OpenWrtHook() : ScriptHook("OpenWrt uci-defaults")
{
    private const string StarterPath = "/etc/uci-defaults/99-imgshrink-expand";

    protected override string? WhatStarts(SystemTrees card) =>
        card.Root.Exists("/etc/openwrt_release") ? StartsWith(card, "uci-defaults") : null;

    protected override ExpandScript Script(IFileTree root) => new(StarterPath);

    protected override void PutStarters(IFileEditor root)
    {
        root.CreateDirectory("/etc/uci-defaults");
        root.WriteText(StarterPath, """
            /bin/sh /etc/imgshrink/expand
            [ ! -e /etc/imgshrink/expand.conf ]

            """.ReplaceLineEndings("\n"));
    }
}
