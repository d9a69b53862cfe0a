#!/bin/bash
# in-volume.sh <image> <mount options> <command> [argument]...: runs a command in the root folder of an ext volume.
# It is mounted in a mount namespace of its own, so that nobody else's copy of the mount keeps it busy after the umount.
set -e
if [ -z "$IMGSHRINK_OWN_MOUNTS" ]; then
    IMGSHRINK_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"
fi
image=$1 options=$2
shift 2
folder=$(mktemp -d)
trap 'rmdir "$folder"' EXIT
mount -o "$options" "$image" "$folder"
(cd "$folder" && "$@") || { code=$?; umount "$folder"; exit $code; }
umount "$folder"
