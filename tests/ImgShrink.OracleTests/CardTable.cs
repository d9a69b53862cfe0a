using System.Text.Json;

namespace ImgShrink.OracleTests;

/// <summary>The partition table of an image as sfdisk reads it.</summary>
internal sealed class CardTable
{
    private readonly JsonElement _table;

    private CardTable(JsonElement table) => _table = table;

    /// <summary>First byte of the root, the last partition.</summary>
    public long RootStart => Root.GetProperty("start").GetInt64() * 512;

    /// <summary>Bytes of the root, the last partition.</summary>
    public long RootBytes => Root.GetProperty("size").GetInt64() * 512;

    private JsonElement Root => _table.GetProperty("partitions")[_table.GetProperty("partitions").GetArrayLength() - 1];

    public static CardTable Of(string image)
    {
        using JsonDocument document = JsonDocument.Parse(Shell.Need("sfdisk", "--json", image));
        return new(document.RootElement.GetProperty("partitiontable").Clone());
    }

    /// <summary>
    /// All that must stay, a line a property: ids, types, names, flags, starts, and every size but that of the root and of
    /// what holds it.
    /// </summary>
    public IReadOnlyList<string> Identity()
    {
        var lines = new List<string> { $"label {_table.GetProperty("label")}", $"id {_table.GetProperty("id")}" };
        JsonElement partitions = _table.GetProperty("partitions");
        for (int index = 0; index < partitions.GetArrayLength(); index++)
        {
            lines.AddRange(partitions[index].EnumerateObject()
                .Where(property => property.Name != "node" && (index == 0 || property.Name != "size"))
                .Select(property => $"{index + 1} {property.Name} {property.Value}"));
        }

        return lines;
    }
}
