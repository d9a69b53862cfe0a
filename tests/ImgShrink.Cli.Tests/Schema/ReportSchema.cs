using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;

namespace ImgShrink.Cli.Tests.Schema;

/// <summary>The JSON schema of a report, made of its type and of what its documentation says. Spec: JSON Schema 2020-12.</summary>
internal static class ReportSchema
{
    private static readonly JsonSchemaExporterOptions Options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Described,
    };

    private static readonly Dictionary<string, XElement> Documented = Directory
        .GetFiles(AppContext.BaseDirectory, "*.xml").SelectMany(file => XDocument.Load(file).Descendants("member"))
        .GroupBy(member => (string)member.Attribute("name")!).ToDictionary(group => group.Key, group => group.First());

    /// <summary>The schema as a document.</summary>
    public static string Of(JsonTypeInfo type)
    {
        JsonNode schema = type.GetJsonSchemaAsNode(Options);
        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema" };
        foreach (var (name, value) in schema.AsObject())
            document[name] = value?.DeepClone();
        var format = new JsonSerializerOptions
        {
            WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        return document.ToJsonString(format).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonNode Described(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject node || DescriptionOf(context) is not { } text)
            return schema;
        node.Insert(0, "description", text);
        return node;
    }

    private static string? DescriptionOf(JsonSchemaExporterContext context)
    {
        if (context.PropertyInfo is not { } property)
            return Text(Documented.GetValueOrDefault($"T:{NameOf(context.TypeInfo.Type)}")?.Element("summary"));
        string name = char.ToUpperInvariant(property.Name[0]) + property.Name[1..];
        string owner = NameOf(property.DeclaringType);
        return Text(Documented.GetValueOrDefault($"P:{owner}.{name}")?.Element("summary")
            ?? Documented.GetValueOrDefault($"T:{owner}")?.Elements("param").FirstOrDefault(each => (string?)each.Attribute("name") == name));
    }

    private static string NameOf(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    private static string? Text(XElement? element)
    {
        if (element is null)
            return null;
        // References are shown by the last part of their names.
        IEnumerable<string> parts = element.Nodes().Select(node => node is XElement { Name.LocalName: "see" } see
            ? ((string?)see.Attribute("cref") ?? "").Split('.')[^1] : node is XElement other ? other.Value : ((XText)node).Value);
        return string.Join(' ', string.Concat(parts).Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
    }
}
