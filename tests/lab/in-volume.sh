#!/bin/bash
# in-volume.sh <image> <mount options> <command> [argument]...: runs a command in the root folder of an ext volume.
# It is mounted in a mount namespace of its own, so that nobody else's copy of the mount keeps it busy after the umount.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
image=$1 options=$2
shift 2

folder=$(mktemp -d)
trap 'rmdir "$folder"' EXIT
# A loop device that was let go lives on while another program looks at it; mount would take it again, and find it busy.
for _ in {1..50}; do
    [ -n "$(losetup --noheadings --associated "$image")" ] || break
    sleep 0.1
done
mount -o "$options" "$image" "$folder"
(cd "$folder" && "$@") || { code=$?; umount "$folder"; exit $code; }
umount "$folder"
