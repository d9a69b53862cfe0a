#!/bin/bash
# manifest.sh <image> <start byte> <bytes> [path to leave out]...: mounts one ext volume of an image read-only, without
# replaying its journal, and prints a line for every object in it. Two volumes with equal output hold the same.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# -ge 3 ] || die "usage: manifest.sh <image> <start byte> <bytes> [path to leave out]..."
image=$1 start=$2 bytes=$3
shift 3

mountpoint=$(mktemp -d)
trap 'rm -rf --one-file-system "$mountpoint"' EXIT
# A loop device that was let go lives on while another program looks at it; mount would take it again, and find it busy.
for _ in {1..50}; do
    [ -n "$(losetup --noheadings --associated "$image")" ] || break
    sleep 0.1
done
mount -o "loop,ro,noload,offset=$start,sizelimit=$bytes" "$image" "$mountpoint"
python3 "$(dirname "$(readlink -f "$0")")/manifest.py" "$mountpoint" "$@"
umount "$mountpoint"
