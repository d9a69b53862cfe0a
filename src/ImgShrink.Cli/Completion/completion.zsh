#compdef imgshrink
# Completes imgshrink in zsh: eval "$(imgshrink completion zsh)"
_imgshrink() {
    local -a found
    found=("${(@f)$(imgshrink "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
    # What is none of its words is the name of a file.
    compadd -- ${found:#} || _files
}
compdef _imgshrink imgshrink
