# Completes imgshrink in bash: eval "$(imgshrink completion bash)"
_imgshrink() {
    local word="${COMP_WORDS[COMP_CWORD]}" found
    found=$(imgshrink "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
    mapfile -t COMPREPLY < <(compgen -W "$found" -- "$word")
}
# What is none of its words is the name of a file.
complete -o default -F _imgshrink imgshrink
