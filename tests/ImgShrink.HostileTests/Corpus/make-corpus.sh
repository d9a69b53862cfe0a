#!/bin/bash
# make-corpus.sh: makes the images in this folder, as root on Linux, with e2fsprogs, dosfstools, mtools, squashfs-tools,
# erofs-utils, fdisk, gdisk, qemu-utils, zstd, xz, bzip2 and zip (7z). They are committed; nobody has to run this to run the
# tests. Others are in tests/TestImages. Ids are fixed where the tools can; times are not.
set -e
cd "$(dirname "$(readlink -f "$0")")"
if [ -z "$IMGSHRINK_OWN_MOUNTS" ]; then
    IMGSHRINK_OWN_MOUNTS=1 exec unshare --mount --propagation private "./$(basename "$0")"
fi

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
uuid=01234567-89ab-cdef-0123-456789abcdef
seed=7b6c3a52-1f0d-4a5b-8e3d-2c9a6b1d4e8f

pack() { gzip -9nc < "$work/$1" > "$1.gz"; }

# Files that any of these can hold.
tree=$work/tree
mkdir -p "$tree/dir/below"
for i in $(seq 12); do head -c $((i * 300)) /dev/zero | tr '\0' "$((i % 10))" > "$tree/dir/file $i"; done
echo small > "$tree/a name that is rather long, and not a short one at all.txt"
head -c 20000 /dev/zero | tr '\0' l > "$tree/dir/below/large"

# --- FAT
fat() { # <name> <KiB> <bits> <sectors a cluster>
    mkfs.fat -C -F "$3" -s "$4" -n KARTE -i 0123ABCD "$work/$1.img" "$2" > /dev/null
    mcopy -s -i "$work/$1.img" "$tree/dir" "$tree"/a* ::
    mdel -i "$work/$1.img" "::dir/file 3" "::dir/file 7"
    pack "$1.img"
}
fat fat12 1024 12 1
fat fat16 4096 16 1
fat fat32 33800 32 1

# --- what is only recognised
mksquashfs "$tree" "$work/squashfs.img" -quiet -noappend -all-root > /dev/null
pack squashfs.img
mkfs.erofs -U $uuid "$work/erofs.img" "$tree" > /dev/null 2>&1
pack erofs.img
truncate -s 256K "$work/swap.img"
mkswap -q -U $uuid -L swap "$work/swap.img"
pack swap.img

# --- ext that was not unmounted: a log with transactions, revocations and orphans in it, copied from below the mount.
dirty() { # <name> <options of mke2fs>
    local image=$work/$1.img mount=$work/mount
    truncate -s 6M "$image"
    mke2fs -q -F -U $uuid -E hash_seed=$seed -b 1024 -g 2048 -N 256 -J size=1 ${@:2} "$image"
    mkdir -p "$mount"
    mount -o loop,commit=300 "$image" "$mount"
    cp -r "$tree/dir" "$mount/"
    sync -f "$mount"
    rm -r "$mount/dir/below"
    mkdir "$mount/again"
    for i in $(seq 20); do echo "$i" > "$mount/again/$i"; done
    sync "$mount/again/20"
    exec 7< "$mount/dir/file 9"
    rm "$mount/dir/file 9"
    sync "$mount/again"
    cp "$image" "$work/copy"
    exec 7<&-
    umount "$mount"
    mv "$work/copy" "$image"
    e2image -ra "$image" "$image.raw" > /dev/null 2>&1 && mv "$image.raw" "$image"
    pack "$1.img"
}
dirty dirty -t ext4 -O metadata_csum,64bit,orphan_file
dirty dirty3 -t ext3 -O ^dir_index

# --- tables, with small volumes in their partitions
volume() { # <KiB> <label>
    truncate -s "$1K" "$work/volume"
    mke2fs -q -F -U $uuid -E hash_seed=$seed -b 1024 -L "$2" -t ext4 -O ^has_journal,^resize_inode -N 64 -d "$tree/dir" "$work/volume"
}
place() { dd if="$1" of="$2" bs=512 seek="$3" conv=notrunc,sparse status=none; }

truncate -s 6M "$work/mbr.img"
printf 'label: dos\nlabel-id: 0x4f1c2a77\nunit: sectors\n%s\n%s\n%s\n%s\n%s\n' '1 : start=64, size=2048, type=e, bootable' \
    '2 : start=2112, size=1500, type=83' '3 : start=3700, size=8000, type=f' '5 : start=3764, size=2048, type=83' \
    '6 : start=5900, size=4096, type=83' | sfdisk -q --no-reread "$work/mbr.img"
place "$work/fat12.img" "$work/mbr.img" 64
volume 750 one && place "$work/volume" "$work/mbr.img" 2112
volume 1024 five && place "$work/volume" "$work/mbr.img" 3764
volume 2048 six && place "$work/volume" "$work/mbr.img" 5900
pack mbr.img

truncate -s 6M "$work/gpt.img"
sgdisk -a 1 -U $uuid -n 1:64:2111 -t 1:0700 -n 2:2112:4159 -t 2:8300 -c 2:root -n 3:4200:10200 -t 3:8300 -u 1:$uuid -u 2:$seed "$work/gpt.img" > /dev/null
place "$work/fat12.img" "$work/gpt.img" 64
volume 1024 two && place "$work/volume" "$work/gpt.img" 2112
volume 3000 three && place "$work/volume" "$work/gpt.img" 4200
pack gpt.img

# --- containers, of a disk that fits all of them
card=$work/card.img
head -c 1474560 "$work/fat12.img" > "$card"
truncate -s 1536K "$card"
zstd -q -19 --single-thread "$card" -o "$work/card.zst"
{ printf '\120\052\115\030\003\000\000\000abc'; head -c 700000 "$card" | zstd -q -c; tail -c +700001 "$card" | zstd -q -c; } > "$work/frames.zst"
xz -c "$card" > "$work/card.xz"
xz -c --check=sha256 --block-size=256KiB -T2 "$card" > "$work/blocks.xz"
gzip -c "$card" > "$work/card.gzip"
bzip2 -c "$card" > "$work/card.bz2"
(cd "$work" && 7z a -tzip card.zip card.img > /dev/null)
(cd "$work" && bsdtar --format=zip --options zip:zip64 -cf streamed.zip card.img)
qemu-img convert -f raw -O vpc -o subformat=dynamic,force_size=on "$card" "$work/dynamic.vhd"
qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on "$card" "$work/fixed.vhd"
qemu-img convert -f raw -O vhdx -o block_size=1M "$card" "$work/card.vhdx"
for file in card.zst frames.zst card.xz blocks.xz card.gzip card.bz2 card.zip streamed.zip dynamic.vhd fixed.vhd card.vhdx; do pack "$file"; done
ls -l ./*.gz | awk '{ sum += $5 } END { print sum " bytes in all" }'
