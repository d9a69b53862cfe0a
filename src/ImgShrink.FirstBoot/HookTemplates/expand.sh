#!/bin/sh
# Grows a file system to the size of this card, once, while it is in use: first the partition's entry on the card, then
# the kernel's idea of it, then the file system. Written by ImgShrink when it made the image small. What starts it is named
# in expand.conf beside it, and goes with it when the card is full. It never restarts the machine, never changes an id,
# and can be interrupted anywhere: the next start goes on where this one ended.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
umask 022

here=${0%/*}
conf=$here/expand.conf
counter=$here/attempts
log=/var/log/imgshrink-expand.log
[ "$here" = /etc/imgshrink ] || log=$here-expand.log
most_attempts=3

say() { echo "imgshrink: $*"; }

give_up() {
    say "$*"
    say "The file system keeps its size."
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# A decimal number of at most 15 digits, which fits the shell's arithmetic.
is_number() {
    case $1 in
        '' | *[!0-9]* | 0?* | ????????????????*) return 1 ;;
    esac
}

# Prints bytes as hexadecimal digits: file, first byte, count.
hex_at() {
    if has od; then
        od -An -v -tx1 -j "$2" -N "$3" "$1"
    else
        hexdump -v -e '1/1 "%02x"' -s "$2" -n "$3" "$1"
    fi | tr -d ' \n'
}

# Prints a little-endian number of four bytes: file, first byte.
u32_at() { echo $((0x$(hex_at "$1" "$2" 4 | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/'))); }

# Sets table, partition, start, uuid, mount, grow, and what to remove, from the settings; they are read, never executed.
read_conf() {
    table='' partition='' start='' uuid='' mount=/ grow=max starters='' lines=''
    while IFS='=' read -r key value || [ -n "$key" ]; do
        case $key in
            table) table=$value ;;
            partition) partition=$value ;;
            start) start=$value ;;
            uuid) uuid=$value ;;
            mount) mount=$value ;;
            grow) grow=$value ;;
            starter) starters="$starters $value" ;;
            line) lines="$lines $value" ;;
        esac
    done <"$conf"
    case $table in mbr | gpt) ;; *) give_up "$conf: table=$table is neither mbr nor gpt." ;; esac
    is_number "$partition" || give_up "$conf: partition=$partition is not a number."
    is_number "$start" || give_up "$conf: start=$start is not a number."
    [ "$grow" = max ] || is_number "${grow%\%}" || give_up "$conf: grow=$grow is not max, a percentage or bytes."
}

count_attempt() {
    attempts=$(cat "$counter" 2>/dev/null)
    is_number "$attempts" || attempts=0
    if [ "$attempts" -ge "$most_attempts" ]; then
        say "$attempts starts were not enough; this was the last one. See $log."
        remove_hook
        exit 0
    fi
    # Over the digit that is there, which takes no room: the file system may be full.
    echo $((attempts + 1)) 1<>"$counter" || give_up "$counter cannot be written; is $mount read-only?"
    sync
}

# Sets type and number (as in 179:2) from the last mount on $mount, the one in use.
find_volume() {
    type='' number=''
    # shellcheck disable=SC2034  # The other fields of the line are only passed over.
    while read -r id parent device subtree place options rest; do
        if [ "$place" = "$mount" ]; then
            rest=${rest#*- }
            number=$device type=${rest%% *} source=${rest#* }
        fi
    done </proc/self/mountinfo
    case $type in
        ext2 | ext3 | ext4 | xfs) ;;
        # It has a number of its own, which is not that of its device.
        btrfs) source=${source%% *} number=$(cat "/sys/class/block/${source##*/}/dev") ;;
        *) give_up "The file system on $mount is $type, expected ext4, xfs or btrfs. Is an overlay in use?" ;;
    esac
}

node() { sed -n 's|^DEVNAME=|/dev/|p' "$1/uevent"; }

# Sets part and disk to the folders of the partition and its disk in /sys, part_node and disk_node to their devices, and
# makes sure that they are the ones this image was made for.
find_partition() {
    part=$(cd -P "/sys/dev/block/$number" && pwd) || give_up "There is no /sys/dev/block/$number."
    [ -e "$part/partition" ] || give_up "The file system does not lie in a partition of its own."
    disk=${part%/*}
    part_node=$(node "$part") disk_node=$(node "$disk")
    found="$(cat "$part/partition") at $(cat "$part/start")"
    [ "$found" = "$partition at $start" ] ||
        give_up "This is partition $found, expected $partition at $start: not the card the image was made for."
    [ "$(cat "$disk/queue/logical_block_size")" = 512 ] || give_up "$disk_node does not have sectors of 512 bytes."
    for sibling in "$disk"/*/start; do
        [ "$(cat "$sibling")" -le "$start" ] || give_up "Another partition lies behind it on $disk_node."
    done
    case $type in ext?) at=1128 ;; xfs) at=32 ;; btrfs) at=65568 ;; esac
    found=$(hex_at "$part_node" "$at" 16)
    [ "$found" = "$(echo "$uuid" | tr -d -)" ] || give_up "Its UUID is $found, expected $uuid."
}

# Sets wanted: how many sectors of 512 bytes the partition shall have.
choose_size() {
    # Room for GPT's second table, as growpart leaves it on every card; then whole MiB.
    end=$(($(cat "$disk/size") - 33))
    [ "$table" = gpt ] || [ "$end" -le 4294967295 ] || end=4294967295
    wanted=$((end / 2048 * 2048 - start))
    case $grow in
        max) limit=$wanted ;;
        *%) limit=$((wanted * ${grow%\%} / 100)) ;;
        *) limit=$((grow / 512)) ;;
    esac
    [ "$wanted" -le "$limit" ] || wanted=$(((start + limit) / 2048 * 2048 - start))
}

# Sets container to the number of the extended partition that a logical one lies in, and container_start to its first
# sector; container='' for all others.
find_container() {
    container=''
    [ "$table" = mbr ] && [ "$partition" -gt 4 ] || return 0
    for container in 1 2 3 4; do
        container_start=$(u32_at "$disk_node" $((438 + 16 * container)))
        case $(hex_at "$disk_node" $((434 + 16 * container)) 1) in 05 | 0f | 85) return ;; esac
    done
    give_up "There is no extended partition on $disk_node."
}

# Writes the partition's new size into the table; GPT's second table moves to the card's end with it.
grow_entry() {
    find_container
    case $(sfdisk --help 2>/dev/null) in
        *no-tell-kernel*)
            [ -z "$container" ] || with_sfdisk "$container" $((start + wanted - container_start))
            with_sfdisk "$partition" "$wanted"
            return
            ;;
    esac
    if [ "$grow" = max ] && [ -z "$container" ] && has growpart; then
        growpart "$disk_node" "$partition"
    elif [ "$table" = mbr ] && has dd; then
        patch_mbr
    elif [ "$table" = gpt ] && has parted; then
        with_parted
    else
        give_up "None of sfdisk, growpart and parted can change the partition."
    fi
}

with_sfdisk() {
    lock=''
    if has flock; then lock="flock -w 60 $disk_node"; fi
    echo ", $2" | $lock sfdisk --no-reread --no-tell-kernel --force -N "$1" "$disk_node"
}

# First the second table is put where it belongs, so that parted only asks what it always does. On MBR, parted would
# change the disk's id.
with_parted() {
    printf 'fix\nfix\nquit\n' | parted ---pretend-input-tty "$disk_node" print
    printf 'unit s\nresizepart %s\nyes\n%ss\nquit\n' "$partition" $((start + wanted - 1)) |
        parted ---pretend-input-tty "$disk_node"
}

# Changes the size in the record that names the partition; before that, those of what a logical one lies in.
patch_mbr() {
    if [ -z "$container" ]; then
        patch_record 0 $((430 + 16 * partition)) "$start" "$wanted"
        return
    fi
    record=$container_start before=0 walked=0
    until [ $((record + $(u32_at "$disk_node" $((record * 512 + 454))))) = "$start" ]; do
        before=$record walked=$((walked + 1))
        record=$((container_start + $(u32_at "$disk_node" $((record * 512 + 470)))))
        if [ "$record" -le "$before" ] || [ $walked -gt 60 ]; then give_up "No record names partition $partition."; fi
    done
    patch_record 0 $((430 + 16 * container)) "$container_start" $((start + wanted - container_start))
    [ "$before" = 0 ] || patch_record "$before" 462 $((record - container_start)) $((start + wanted - record))
    patch_record "$record" 446 $((start - record)) "$wanted"
}

# Puts a size into a record: its sector, its byte there, the start that it must have, the size. One write, so that a
# power cut leaves the old sector or the new one.
patch_record() {
    sector=$(($1 * 512))
    [ "$(hex_at "$disk_node" $((sector + 510)) 2) $(u32_at "$disk_node" $((sector + $2 + 8)))" = "55aa $3" ] ||
        give_up "Sector $1 of $disk_node is not what it should be."
    [ "$(patched "$2" "$4" | wc -c)" -eq 512 ] || give_up "Sector $1 of $disk_node cannot be read."
    patched "$2" "$4" | dd of="$disk_node" ibs=1 obs=512 seek="$1" conv=notrunc 2>/dev/null
}

# Prints the record at byte $sector of the disk with another size in one of its entries: the entry's byte, the size.
patched() {
    dd if="$disk_node" bs=1 skip=$sector count=$(($1 + 12)) 2>/dev/null
    # shellcheck disable=SC2059  # The octal escapes are what is to be written.
    printf "$(printf '\\%03o' $(($2 & 255)) $(($2 >> 8 & 255)) $(($2 >> 16 & 255)) $(($2 >> 24 & 255)))"
    dd if="$disk_node" bs=1 skip=$((sector + $1 + 16)) count=$((496 - $1)) 2>/dev/null
}

tell_kernel() {
    if has partx && partx -u --nr "$partition" "$disk_node"; then
        return
    elif has resizepart && resizepart "$disk_node" "$partition" "$wanted"; then
        return
    elif has partprobe; then
        partprobe "$disk_node"
    fi
}

grow_partition() {
    size=$(cat "$part/size")
    if [ "$size" -ge "$wanted" ]; then
        say "$part_node has $size sectors already."
        return
    fi
    say "$part_node grows from $size to $wanted sectors of 512 bytes."
    grow_entry
    sync
    [ "$(cat "$part/size")" -ge "$wanted" ] || tell_kernel
    size=$(cat "$part/size")
    [ "$size" -ge "$wanted" ] || give_up "The kernel says $size sectors, expected $wanted; the next start goes on."
}

# Sets left: the sectors of the partition behind the file system; and how many of them it may leave.
measure_rest() {
    case $type in
        ext?)
            blocks=$(u32_at "$part_node" 1028)
            block_sectors=$((2 << $(u32_at "$part_node" 1048)))
            if [ $(($(u32_at "$part_node" 1120) & 128)) != 0 ]; then
                blocks=$((blocks + ($(u32_at "$part_node" 1360) << 32)))
            fi
            left=$((size - blocks * block_sectors))
            may_leave=$((4096 * block_sectors * block_sectors)) # A block group.
            ;;
        *)
            blocks=$(df -Pk "$mount" | sed -n '2s/^[^ ]* *\([0-9]*\).*/\1/p')
            left=$((size - 2 * blocks))
            may_leave=$((size / 5)) # What the file system keeps for itself.
            ;;
    esac
}

grow_file_system() {
    case $type in
        ext?) tool=resize2fs what=$part_node ;;
        xfs) tool=xfs_growfs what=$mount ;;
        btrfs) tool=btrfs what="filesystem resize max $mount" ;;
    esac
    growfs=/usr/lib/systemd/systemd-growfs
    [ -x $growfs ] || growfs=/lib/systemd/systemd-growfs
    # shellcheck disable=SC2086  # Of btrfs these are several words.
    if has $tool && $tool $what; then :; elif [ -x $growfs ]; then $growfs "$mount"; fi
    sync
    measure_rest
    [ "$left" -lt "$may_leave" ] || give_up "The file system leaves $left sectors of the partition; the next start goes on."
}

remove_hook() {
    # shellcheck disable=SC2086  # They are lists; none of the paths has a space in it.
    rm -f $starters "$here/expand" "$counter" "$conf"
    for file in $lines; do
        sed -i '/imgshrink/d' "$file"
    done
    rmdir "$here" 2>/dev/null
    sync
}

main() {
    date
    read_conf
    count_attempt
    find_volume
    find_partition
    choose_size
    grow_partition
    grow_file_system
    remove_hook
    say "Done: the file system fills its partition."
}

# Where a machine without Linux can read it: on the card's FAT partition, if that is in use.
share_log() {
    # shellcheck disable=SC2034  # As above.
    while read -r id parent device subtree place options rest; do
        case "$place ${rest#*- }" in "/boot vfat "* | "/boot/"*" vfat "* | "/flash vfat "*) cp "$log" "$place/" ;; esac
    done </proc/self/mountinfo
}

# A line at a time, so that a log that has no room at first gets what comes when it has.
(main) 2>&1 | while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line"
    printf '%s\n' "$line" >>"$log"
done 2>/dev/null
share_log 2>/dev/null
exit 0
