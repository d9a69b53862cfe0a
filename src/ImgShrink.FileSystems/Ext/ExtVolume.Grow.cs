using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Grow;

namespace ImgShrink.FileSystems.Ext;

public sealed partial class ExtVolume
{
    /// <summary>
    /// Plans the grown volume and audits the plan; nothing is written, and this volume stays as it is.
    /// </summary>
    /// <param name="bytes">The length that it may have.</param>
    /// <param name="cancellation">Ends the planning.</param>
    /// <returns>The largest that is possible; null where that is not larger than it is.</returns>
    /// <exception cref="UnsupportedImageException">
    /// Something in the volume is not understood well enough to change it.
    /// </exception>
    /// <exception cref="CorruptImageException">The volume is damaged.</exception>
    /// <exception cref="VerificationException">
    /// The planned volume does not pass the audit that the source has passed.
    /// </exception>
    public GrowthPlan? PlanGrowth(long bytes, CancellationToken cancellation)
    {
        RequireSound(cancellation);
        GrowthPlan? plan = GrowthPlan.Make(this, RunAudit(cancellation).Use, bytes, cancellation);
        return plan is null ? null : plan with { View = Proven(plan.View, "--expand none", cancellation) };
    }
}
