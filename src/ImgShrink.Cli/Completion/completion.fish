# Completes imgshrink in fish: imgshrink completion fish | source
complete -c imgshrink -a '(imgshrink "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
