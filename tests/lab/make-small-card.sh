#!/bin/bash
# make-small-card.sh <busybox|openrc> <output.img>: makes a card of 400 MB with an MBR, a FAT boot partition, and one of
# the small roots in an ext4 that fills the rest.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# = 2 ] || die "usage: make-small-card.sh <busybox|openrc> <output.img>"
kind=$1 card=$2
[ -e "$lab/small.done" ] || die "there are no small roots in $lab; run make-small-root.sh first"

boot_start=8192 boot_sectors=65536 root_start=73728 root_sectors=707520 # of 512 bytes
rm -f "$card"
truncate -s 400000000 "$card"
sfdisk -q "$card" <<TABLE
label: dos
label-id: 0x4f1c2a77
start=$boot_start, size=$boot_sectors, type=c, bootable
start=$root_start, size=$root_sectors, type=83
TABLE

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
truncate -s $((boot_sectors * 512)) "$work/boot.fat"
mkfs.fat -F 16 -n BOOT "$work/boot.fat" >/dev/null
echo "console=ttyS0" >"$work/cmdline.txt"
mcopy -i "$work/boot.fat" "$work/cmdline.txt" ::cmdline.txt
dd if="$work/boot.fat" of="$card" bs=1M seek=$((boot_start / 2048)) conv=notrunc,sparse status=none

mke2fs -q -t ext4 -L root -E offset=$((root_start * 512)) "$card" $((root_sectors / 2))k
mkdir "$work/root"
mount -o loop,offset=$((root_start * 512)),sizelimit=$((root_sectors * 512)) "$card" "$work/root"
tar -C "$work/root" --numeric-owner -xpf "$lab/small-$kind.tar"
umount "$work/root"
