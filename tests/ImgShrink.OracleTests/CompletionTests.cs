namespace ImgShrink.OracleTests;

/// <summary>That a real shell completes command lines.</summary>
public sealed class CompletionTests
{
    [OracleFact("bash")]
    public void Bash_completes_commands_options_and_values()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "imgshrink.dll");
        string script = $$"""
            imgshrink() { dotnet '{{program}}' "$@"; }
            eval "$(imgshrink completion bash)"
            for COMP_LINE in 'imgshrink ver' 'imgshrink shrink card.img --see' 'imgshrink shrink card.img --format z' 'imgshrink info ca'; do
                COMP_POINT=${#COMP_LINE}; read -ra COMP_WORDS <<<"$COMP_LINE"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _imgshrink; printf '%s;' "${COMPREPLY[*]}"
            done
            """;
        Assert.Equal("verify;--seekable;zip zst;;", Shell.Need("bash", "-euc", script).Trim());
    }
}
