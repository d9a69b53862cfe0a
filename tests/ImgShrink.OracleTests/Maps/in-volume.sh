#!/bin/bash
# in-volume.sh <kind> <image> <rw or ro> <command> [argument]...: runs a command in the root folder of a volume. What the
# kernel does not mount is mounted by FUSE, on a loop device: then an umount waits until everything is written.
set -e
if [ -z "$IMGSHRINK_OWN_MOUNTS" ]; then
    IMGSHRINK_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"
fi
kind=$1 image=$2 access=$3
shift 3
folder=$(mktemp -d)
device=$(losetup --find --show "$image")
trap 'losetup --detach "$device"; rmdir "$folder"' EXIT
case $kind in
    exfat) mount.exfat-fuse -o "$access" "$device" "$folder" > /dev/null ;;
    ntfs) ntfs-3g -o "$access" "$device" "$folder" ;;
    *) mount -o "$access" "$device" "$folder" ;;
esac
(cd "$folder" && "$@") || { code=$?; umount "$folder"; exit $code; }
umount "$folder"
