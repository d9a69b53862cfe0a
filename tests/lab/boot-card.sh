#!/bin/bash
# boot-card.sh <card.img> <serial.log> [virtio|nvme|sd]: boots the card in QEMU as if it had been written to a card of
# 12 GB, with the kernel options in its cmdline.txt. The guest says how its disk looks (lab-look of make-card.sh), and
# powers itself off; what it wrote to its serial console is left in the log. Takes about 45 seconds, without KVM.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# = 2 ] || [ $# = 3 ] || die "usage: boot-card.sh <card.img> <serial.log> [virtio|nvme|sd]"
[ -e "$lab/guest.done" ] || die "there is no guest in $lab; run make-guest-root.sh"
card=$(readlink -f "$1")

truncate -s '>12000000000' "$card"
boot_machine "$lab/vmlinuz" "$lab/initrd" "$card" "${3:-virtio}" "$2" \
    "$(mtype -i "$card@@4M" ::cmdline.txt) quiet lab.look"
