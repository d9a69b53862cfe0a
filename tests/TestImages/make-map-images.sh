#!/bin/bash
# make-map-images.sh: makes the volumes in this folder that are only mapped, as root on Linux, with exfatprogs, exfat-fuse,
# ntfs-3g, btrfs-progs, xfsprogs and f2fs-tools. They are committed; nobody has to run this to run the tests. Ids are fixed
# where the tools can; times are not.
set -e
cd "$(dirname "$(readlink -f "$0")")"
if [ -z "$IMGSHRINK_OWN_MOUNTS" ]; then
    IMGSHRINK_OWN_MOUNTS=1 exec unshare --mount --propagation private "./$(basename "$0")"
fi

uuid=01234567-89ab-cdef-0123-456789abcdef

# Files and directories with holes between them, where others were deleted.
fill() {
    mkdir -p dir/below
    for i in $(seq 30); do head -c $((i * 700)) /dev/zero | tr '\0' "$((i % 10))" > "dir/file $i"; done
    head -c 100000 /dev/zero | tr '\0' l > dir/below/large
    echo small > "a name that is rather long, and not a short one at all.txt"
    # What is left of a hibernation of Windows when it went on.
    { printf wake; head -c 3000 /dev/zero | tr '\0' h; } > hiberfil.sys
    sync -f .
    rm dir/file\ *[147]
}

# volume <name> <size> <way to mount>: fills the volume that was made, and packs it.
volume() {
    local name=$1
    folder=$(mktemp -d)
    device=$(losetup --find --show "$name.img")
    shift
    "$@" "$device" "$folder" > /dev/null
    (cd "$folder" && fill)
    umount "$folder"
    losetup --detach "$device"
    rmdir "$folder"
    gzip -9nf "$name.img"
}

truncate -s 4M exfat.img
mkfs.exfat -c 4K -L Karte exfat.img > /dev/null
volume exfat mount.exfat-fuse

truncate -s 4M ntfs.img
mkntfs -F -q -f -L Karte ntfs.img > /dev/null 2>&1
volume ntfs ntfs-3g

truncate -s 120M btrfs.img
mkfs.btrfs -q -L Karte -U $uuid btrfs.img > /dev/null
volume btrfs mount

truncate -s 32M xfs.img
mkfs.xfs --unsupported -q -L Karte -m uuid=$uuid xfs.img > /dev/null 2>&1
volume xfs mount

truncate -s 64M f2fs.img
mkfs.f2fs -q -l Karte -U $uuid f2fs.img > /dev/null
folder=$(mktemp -d)
(cd "$folder" && fill)
sload.f2fs -f "$folder" f2fs.img > /dev/null
rm -r "$folder"
gzip -9nf f2fs.img
