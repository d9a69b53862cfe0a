#!/bin/bash
# boot-small-card.sh <card.img> <serial.log> <mmc|nvme|sd>: boots a small card in QEMU as if it had been written to one of
# 1 GiB, on that kind of bus. What the guest wrote to its serial console is left in the log. About 15 seconds.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# = 3 ] || die "usage: boot-small-card.sh <card.img> <serial.log> <mmc|nvme|sd>"
[ -e "$lab/small.done" ] || die "there is no small kernel in $lab; run make-small-root.sh"
card=$(readlink -f "$1")
case $3 in mmc) root=/dev/mmcblk0p2 ;; nvme) root=/dev/nvme0n1p2 ;; sd) root=/dev/sda2 ;; *) die "there is no bus $3" ;; esac

truncate -s '>1073741824' "$card"
boot_machine "$lab/small-vmlinuz" "$lab/small-initrd" "$card" "$3" "$2" \
    "$(mtype -i "$card@@4M" ::cmdline.txt) quiet lab.look root=$root"
