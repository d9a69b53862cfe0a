#!/bin/bash
# boot-card.sh <card.img> <serial.log> [kernel options]: boots the card in QEMU as if it had been written to a card of
# 12 GB, with the kernel options in its cmdline.txt. The guest says how its disk looks (lab-look of make-card.sh), and
# powers itself off; what it wrote to its serial console is left in the log. Takes about 45 seconds, without KVM.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# = 2 ] || [ $# = 3 ] || die "usage: boot-card.sh <card.img> <serial.log> [kernel options]"
for part in guest qemu; do
    [ -e "$lab/$part.done" ] || die "the lab in $lab is not complete; run make-guest-root.sh and make-lab.sh"
done
card=$(readlink -f "$1") log=$2

options="$(mtype -i "$card@@4M" ::cmdline.txt) quiet lab.look ${3:-}"

truncate -s '>12000000000' "$card"
tree=$lab/qemu
mount --bind /dev "$tree/dev"
mount --bind "$lab" "$tree/media"
mount --bind "$(dirname "$card")" "$tree/mnt"
timeout --foreground 600 chroot "$tree" qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 1024 \
    -display none -serial stdio -net none -no-reboot -kernel /media/vmlinuz -initrd /media/initrd \
    -drive "file=/mnt/$(basename "$card"),format=raw,if=virtio,cache=unsafe" \
    -append "$options" >"$log" </dev/null || die "the guest did not power off by itself; see $log"
