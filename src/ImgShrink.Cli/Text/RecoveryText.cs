using ImgShrink.FileSystems.Ext.Recovery;

namespace ImgShrink.Cli.Text;

/// <summary>What was done to a volume that was not unmounted cleanly, as a sentence.</summary>
internal static class RecoveryText
{
    public static string Of(RecoveryRecord recovery)
    {
        var done = new List<string>();
        if (recovery.Transactions > 0)
            done.Add($"replayed the journal: {Count(recovery.Transactions, "transaction")}, {Count(recovery.Blocks, "block")}");
        if (recovery.RemovedFiles > 0)
            done.Add($"removed {Count(recovery.RemovedFiles, "file")} that {Were(recovery.RemovedFiles)} deleted while open");
        if (recovery.TruncatedFiles > 0)
            done.Add($"shortened {Count(recovery.TruncatedFiles, "file")} whose truncation had begun");
        if (done.Count == 0)
            return "Not unmounted cleanly, but nothing was left to be done.";
        string sentence = string.Join("; ", done);
        return $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}.";
    }

    private static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    private static string Were(int count) => count == 1 ? "was" : "were";
}
