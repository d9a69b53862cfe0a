using ImgShrink.Blocks;
using ImgShrink.FileSystems.Ext.Check;
using ImgShrink.FileSystems.Ext.Shrink;

namespace ImgShrink.FileSystems.Ext;

public sealed partial class ExtVolume
{
    private AuditReport? _audit;

    /// <inheritdoc/>
    /// <remarks>
    /// The bitmaps are believed only when the volume passes its audit; otherwise all of it counts as data. So it does when
    /// it was recovered, for that was done in memory: what is stored is still the other volume.
    /// </remarks>
    public RangeSet DataRanges(CancellationToken cancel = default)
    {
        if (Obstacle is not null || Recovery is not null || !RunAudit(cancel).IsClean)
            return RangeSet.Of(new ByteRange(0, Bytes));
        return UsedRanges(leftOut: new BlockSet(Geometry.BlockCount));
    }

    /// <summary>What the bitmaps say is in use, but for some blocks, and the boot sector and the superblock before it.</summary>
    private RangeSet UsedRanges(BlockSet leftOut)
    {
        var bitmaps = new Bitmaps(this);
        var data = RangeSet.Of(new ByteRange(0, OnDisk.Superblock.Offset + OnDisk.Superblock.Size));
        for (int group = 0; group < Geometry.GroupCount; group++)
        {
            foreach (var (start, count) in bitmaps.UsedBlocks(group))
            {
                foreach (var (from, length) in leftOut.Gaps(start, start + count))
                    data.Add(new ByteRange(from * Geometry.BlockSize, length * Geometry.BlockSize));
            }
        }

        return data;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> FilesIn(RangeSet ranges, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return IsSound(cancel) ? Files.ExtFilesIn.Find(this, ranges, cancel) : [];
    }

    /// <summary>
    /// What the audit says is not as it should be and does no harm, in a sentence; null when there is nothing.
    /// </summary>
    public string? Remark(CancellationToken cancel = default)
    {
        if (Obstacle is not null || RunAudit(cancel) is not { IsClean: true, RemarkCount: > 0 } report)
            return null;
        string more = report.RemarkCount > 1 ? $", and {report.RemarkCount - 1} more" : "";
        return $"Its files are sound, but 'e2fsck -f' would mend something ({report.Remarks[0]}{more}). "
            + (Superblock.ReadOnly.HasFlag(OnDisk.ReadOnlyFeatures.Quota)
                ? "It is carried over as it is, but for the usage that quotas count, which is set right."
                : "It is carried over as it is.");
    }

    /// <summary>Whether all of it is understood, and the audit finds nothing wrong: its files can be read and edited.</summary>
    public bool IsSound(CancellationToken cancel = default) => Obstacle is null && RunAudit(cancel).IsClean;

    /// <summary>
    /// What the audit says is wrong, in a sentence; null when the volume is sound, or is not understood anyway.
    /// </summary>
    public string? Damage(CancellationToken cancel = default)
    {
        if (Obstacle is not null)
            return null;
        AuditReport report = RunAudit(cancel);
        if (report.IsClean)
            return null;
        string more = report.Count > 1 ? $", and {report.Count - 1} more" : "";
        return $"It is damaged ({report.Findings[0]}{more}). {RepairAdvice}";
    }

    /// <summary>
    /// How small the volume can get, with no room left, and why; null where it cannot be shrunk.
    /// </summary>
    public SizeFloor? Floor(CancellationToken cancel = default) => Obstacle is null && RunAudit(cancel) is { IsClean: true } report
        ? SizeFloor.Of(this, report.Use) : null;

    /// <summary>
    /// The fewest bytes that the volume can have, with no room left, or null where it cannot be shrunk.
    /// </summary>
    public long? MinimumBytes(CancellationToken cancel = default) => Floor(cancel)?.Bytes;

    /// <summary>Checks everything that a shrink relies on.</summary>
    /// <exception cref="UnsupportedImageException">
    /// Something in the volume is not understood well enough to move it.
    /// </exception>
    /// <exception cref="CorruptImageException">The volume is damaged.</exception>
    public void RequireSound(CancellationToken cancel)
    {
        if (Obstacle is not null)
            throw new UnsupportedImageException(Obstacle);
        RunAudit(cancel).ThrowUnlessClean();
    }

    /// <summary>
    /// Plans the shrunk volume and audits the plan; nothing is written, and this volume stays as it is.
    /// </summary>
    /// <param name="room">How small the volume shall become.</param>
    /// <param name="cancel">Ends the planning.</param>
    /// <exception cref="UnsupportedImageException">
    /// Something in the volume is not understood well enough to move it.
    /// </exception>
    /// <exception cref="CorruptImageException">The volume is damaged.</exception>
    /// <exception cref="NotEnoughSpaceException">A wished size is too small.</exception>
    /// <exception cref="VerificationException">
    /// The planned volume does not pass the audit that the source has passed.
    /// </exception>
    public ShrinkPlan PlanShrink(ShrinkRoom room, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(room);
        RequireSound(cancel);
        ShrinkPlan plan = ShrinkPlan.Make(this, RunAudit(cancel).Use, room, cancel);
        return plan with { View = Proven(plan.View, "--no-shrink", cancel) };
    }

    /// <summary>
    /// Audits a planned volume, and says which of its blocks have to be written: those in use, but for bitmaps and tables
    /// that are marked as not initialised.
    /// </summary>
    private static TargetView Proven(TargetView planned, string without, CancellationToken cancel)
    {
        if (WhatIsWrong(planned.Bytes, cancel) is { } wrong)
            throw new VerificationException(
                $"The planned volume did not pass its audit ({wrong}). Nothing was written. "
                + $"Please report this; {without} still works.");
        ExtVolume volume = Open(planned.Bytes);
        return planned with { Claimed = volume.UsedRanges(leftOut: new Bitmaps(volume).Uninitialised()) };
    }

    private static string? WhatIsWrong(IBlockSource planned, CancellationToken cancel)
    {
        try
        {
            ExtVolume volume = Open(planned);
            if (volume.Recovery is not null)
                return "it is not marked as cleanly unmounted";
            AuditReport? report = volume.Obstacle is null ? Audit.Run(volume, cancel) : null;
            return volume.Obstacle ?? (report!.IsClean ? null : report.Findings[0].ToString());
        }
        catch (CorruptImageException damage)
        {
            return damage.Message;
        }
    }

    /// <summary>Forgets what an audit said, because the volume was edited.</summary>
    internal void Edited() => _audit = null;

    private AuditReport RunAudit(CancellationToken cancel) => _audit ??= Audit.Run(this, cancel);
}
