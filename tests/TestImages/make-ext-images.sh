#!/bin/bash
# make-ext-images.sh: makes the ext volumes in this folder, as root on Linux. They are committed; nobody has to run this to
# run the tests. UUIDs and hash seeds are fixed, the times of the files are not.
set -e
cd "$(dirname "$(readlink -f "$0")")"
if [ -z "$IMGSHRINK_OWN_MOUNTS" ]; then
    IMGSHRINK_OWN_MOUNTS=1 exec unshare --mount --propagation private "./$(basename "$0")"
fi

fill() {
    mkdir indexed dir dir/below
    for i in $(seq 100 219); do : > "indexed/a-name-that-is-long-enough-to-need-an-index-$i"; done
    head -c 3000 /dev/zero | tr '\0' f > file
    ln file dir/hard
    ln -s file fast
    ln -s "/$(printf 'y%.0s' $(seq 200))" slow
    mknod char c 4 300
    mkfifo fifo
    head -c 20000 /dev/zero | tr '\0' l > large
    # Every other block, so that no two extents can be one.
    for i in $(seq 0 2 24); do printf "block $i" | dd of=spread bs=1024 seek="$i" conv=notrunc status=none; done
    for i in $(seq 0 40 1200); do printf "block $i" | dd of=far bs=1024 seek="$i" conv=notrunc status=none; done
    fallocate -l 30000 unwritten 2> /dev/null || rm -f unwritten
    for i in 1 2 3; do
        echo "$i" > "attributes$i"
        setfattr -n user.shared -v "$(printf 'v%.0s' $(seq 300))" "attributes$i"
    done
    # Something high up, that a shrink has to move.
    head -c 2000000 /dev/urandom > ballast
    mkdir late
    for i in $(seq 40); do head -c 1500 /dev/zero | tr '\0' "$((i % 10))" > "late/file$i"; done
    sync
    rm ballast
}

# What only some volumes can have: values in inodes of their own, files and directories in their inodes.
fill_features() {
    big() { head -c "$2" /dev/zero | tr '\0' "$1"; }
    for i in 1 2; do
        echo "$i" > "own$i"
        setfattr -n user.large -v "$(big x 3000)" "own$i"
    done
    for i in 1 2; do
        big s 2000 > "small$i"
        setfattr -n user.a -v 12345 "small$i"
        setfattr -n user.bbbbb -v 123456789 "small$i"
    done
    big t 40 > tiny
    big u 90 > tiny-with-rest
    mkdir inline inline/below empty
    for i in 1 2 3 4 5 6; do : > "inline/name$i"; done
    setfattr -n user.a -v 12345 empty
    ln -s "$(big l 59)" link
}

make() {
    local name=$1 size=$2 image folder
    shift 2
    image=$(mktemp) folder=$(mktemp -d)
    truncate -s "$size" "$image"
    mke2fs -q -F -L "$name" -U 0f5a1c9e-8a6e-4d5c-9a59-4c1f5a2b7d10 -E hash_seed=7b6c3a52-1f0d-4a5b-8e3d-2c9a6b1d4e8f "$@" "$image"
    mount -o loop "$image" "$folder"
    (cd "$folder" && "${FILL:-fill}")
    umount "$folder"
    rmdir "$folder"
    tune2fs -M "" "$image" > /dev/null
    e2fsck -fn "$image"
    # Only the blocks in use: what deleted files left behind would be most of the archive.
    e2image -ra "$image" "$image.raw" > /dev/null 2>&1
    mv "$image.raw" "$image"
    gzip -9n < "$image" > "$name.img.gz"
    rm "$image"
}

make ext4 8M -t ext4 -b 1024 -g 2048 -N 512 -O metadata_csum,64bit,orphan_file
make pi 8M -t ext4 -b 1024 -g 2048 -N 512 -O ^metadata_csum,^64bit,^huge_file
FILL=fill_features make features 8M -t ext4 -b 1024 -g 2048 -N 512 -O metadata_csum,64bit,ea_inode,inline_data,^has_journal
make ext2 4M -t ext2 -b 1024 -g 1024 -N 512
