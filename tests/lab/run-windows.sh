#!/bin/bash
# run-windows.sh SECONDS FOLDER PROGRAM ARGUMENT...: runs a program on the Windows of the lab, where FOLDER is Z:\media, and ends
# it after so many seconds. A file FOLDER/physicaldriveN is a card in the drive of that number; an empty one, a reader without a card.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ -e "$lab/windows.done" ] || die "there is no Windows in $lab; run make-windows.sh"
run_windows "$1" "$2" wine "${@:3}"
