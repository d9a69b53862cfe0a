#!/bin/bash
# try-refusal.sh <case> <message>: runs the first-boot script on a loop disk where it may not change the table: each start has
# to say so, and the fourth, or the first that has nothing to do, leaves nothing of the hook. Cases: exact (the disk is as
# long as the table says), smaller (the wanted size is less than the partition has), behind (a partition lies behind it),
# moved (another start), copied (another UUID), sectors (of 4096 bytes), overlay, read-only.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# = 2 ] || die "usage: try-refusal.sh <exact|smaller|behind|moved|copied|sectors|overlay|read-only> <message>"
case=$1 message=$2
script=$(dirname "$(readlink -f "$0")")/../../src/ImgShrink.FirstBoot/HookTemplates/expand.sh

work=$(mktemp -d)
disk=
end() {
    for mount in merged upper root hook; do umount -q "$work/$mount" || true; done
    [ -z "$disk" ] || losetup -d "$disk"
    rm -rf "$work"
}
trap end EXIT

# --- A card of 64 MiB on a disk of 96, unless the case wants another one.
image=$work/card sector=512 start=2048 disk_mebis=96 grow=max
case $case in
    exact) disk_mebis=64 ;;
    smaller) grow=10000000 ;;
    sectors) sector=4096 ;;
esac
truncate -s 64M "$image"
disk=$(losetup --sector-size $sector --show --find "$image")
printf 'label: dos\nlabel-id: 0x4f1c2a77\nstart=1MiB, size=62MiB, type=83\n' | sfdisk -q --no-reread --no-tell-kernel "$disk"
losetup -d "$disk"
disk=
truncate -s ${disk_mebis}M "$image"
[ "$case" != behind ] || printf 'start=%s, size=2048, type=83\n' $((64 * 2048)) | sfdisk -q -a "$image"
disk=$(losetup --sector-size $sector --partscan --show --find "$image")
partx --add "$disk" 2>/dev/null || true
part=${disk}p1
mke2fs -q -t ext4 "$part"
mkdir "$work/root" "$work/hook" "$work/upper" "$work/merged"
mount "$part" "$work/root"
mount_point=$work/root uuid=$(blkid -p -s UUID -o value "$part")
case $case in
    moved) start=4096 ;;
    copied) uuid=5ca1ab1e-0c0d-4e5f-8a9b-7c6d5e4f3a2b ;;
    overlay)
        mount -t tmpfs tmpfs "$work/upper"
        mkdir "$work/upper/upper" "$work/upper/work"
        mount -t overlay -o "lowerdir=$work/root,upperdir=$work/upper/upper,workdir=$work/upper/work" overlay "$work/merged"
        mount_point=$work/merged
        ;;
    read-only) mount -t tmpfs tmpfs "$work/hook" ;;
esac

printf '%s\n' table=mbr partition=1 "start=$start" "uuid=$uuid" "mount=$mount_point" "grow=$grow" "starter=$work/starter" >"$work/hook/expand.conf"
echo x >"$work/starter"
echo 0 >"$work/hook/attempts"
cp "$script" "$work/hook/expand"
[ "$case" != read-only ] || mount -o remount,ro "$work/hook"
dd if="$disk" bs=4096 count=1 of="$work/before" status=none
for _ in 1 2 3 4; do
    [ ! -e "$work/hook/expand" ] || dash "$work/hook/expand" >>"$work/said" 2>&1
done

wrong() { die "$case: $*: $(cat "$work/said")"; }
grep -qF -- "$message" "$work/said" || wrong "nobody said '$message'"
dd if="$disk" bs=4096 count=1 status=none | cmp - "$work/before" || wrong "the table has changed"
if [ "$case" = read-only ]; then
    [ -e "$work/starter" ] || wrong "the starter is gone"
    exit 0
fi
left=$(ls -A "$work/hook" "$work/starter" 2>/dev/null) && wrong "left: $left"
[ "$case" != overlay ] || umount "$work/merged"
umount "$work/root"
e2fsck -fn "$part" >/dev/null 2>&1 || wrong "e2fsck finds fault"
