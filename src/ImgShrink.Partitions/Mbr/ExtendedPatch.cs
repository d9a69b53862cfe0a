namespace ImgShrink.Partitions.Mbr;

/// <summary>Puts new places into the boot records of logical partitions, and into the entry of the extended one.</summary>
/// <remarks>
/// The extended partition ends where its last logical one does. Empty records are left off at the end of the chain, and
/// anywhere in it where they lie behind all partitions.
/// </remarks>
internal static class ExtendedPatch
{
    /// <summary>The boot records at their new places; the entry in <paramref name="sector"/> is changed at once.</summary>
    public static TableEdit[] Edits(ExtendedChain chain, Arrangement target, MbrSector sector, SectorSize size)
    {
        List<Link> links = Links(chain, target, size);
        long origin = links[0].At;
        long end = links.Max(link => link.End);
        MbrPatch.SetPlace(
            sector[chain.Slot], default, origin, end - origin, $"Extended partition {chain.Slot + 1}");
        return [.. links.Select((link, i) => Edit(link, i + 1 < links.Count ? links[i + 1] : null, links[0]))];
    }

    private static List<Link> Links(ExtendedChain chain, Arrangement target, SectorSize size)
    {
        var links = new List<Link>();
        var logical = new Queue<Partition>(
            target.Partitions.Where(each => each.Number >= ExtendedChain.FirstNumber).OrderBy(each => each.Number));
        foreach (ExtendedRecord record in chain.Records)
        {
            long? to = target.Moved(size.At(record.At));
            if (to is not null || !record.IsEmpty)
                links.Add(new Link(record, record.IsEmpty ? null : logical.Dequeue(), to!.Value, size));
        }

        int kept = links.FindLastIndex(link => link.Partition is not null) + 1;
        return links[..kept];
    }

    private static TableEdit Edit(Link link, Link? next, Link first)
    {
        byte[] bytes = [.. link.Record.Bytes];
        var sector = new MbrSector(bytes);
        if (link.Partition is { } partition)
            MbrPatch.SetPlace(sector[0], (link.Record.At.Number, link.At), partition, link.Size);
        if (next is null)
            sector[1].Clear();
        else
            MbrPatch.SetPlace(sector[1], (first.Record.At.Number, first.At), next.At, next.End - next.At,
                "The link to a logical partition");
        return new TableEdit(link.To, bytes);
    }

    /// <summary>A record, its partition as it will be, and where the record goes.</summary>
    private sealed record Link(ExtendedRecord Record, Partition? Partition, long To, SectorSize Size)
    {
        public long At => Size.Count(To);

        public long End => Partition is null ? At + 1 : Size.Count(Partition.End);
    }
}
