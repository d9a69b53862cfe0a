#!/bin/sh
# Grows the root file system to the size of this card, once, while it is in use: first the partition's entry on the
# card, then the kernel's idea of it, then the file system. Written by ImgShrink when it made the image small;
# imgshrink-expand.service starts it, and it removes itself when the card is full. It never restarts the machine,
# never changes an id, and can be interrupted anywhere: the next start goes on where this one ended.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C
umask 022

conf=/etc/imgshrink/expand.conf
counter=/etc/imgshrink/attempts
log=/var/log/imgshrink-expand.log
most_attempts=3

say() { echo "imgshrink: $*"; }

give_up() {
    say "$*"
    say "The root file system keeps its size."
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# A decimal number of at most 15 digits, which fits the shell's arithmetic.
is_number() {
    case $1 in
        '' | *[!0-9]* | 0?* | ????????????????*) return 1 ;;
    esac
}

# Sets table, partition, start, uuid, grow from the settings' file; it is read, never executed.
read_conf() {
    table='' partition='' start='' uuid='' grow=max
    while IFS='=' read -r key value || [ -n "$key" ]; do
        case $key in
            table) table=$value ;;
            partition) partition=$value ;;
            start) start=$value ;;
            uuid) uuid=$value ;;
            grow) grow=$value ;;
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
    echo $((attempts + 1)) >"$counter" || give_up "The root file system is read-only."
    sync
}

# Sets root_type and root_number (as in 179:2) from the last mount on /, the one in use.
find_root() {
    root_type='' root_number=''
    # shellcheck disable=SC2034  # The other fields of the line are only passed over.
    while read -r id parent number subtree place options rest; do
        if [ "$place" = / ]; then
            rest=${rest#*- }
            root_number=$number root_type=${rest%% *}
        fi
    done </proc/self/mountinfo
    case $root_type in
        ext2 | ext3 | ext4) ;;
        *) give_up "The root file system is $root_type, expected ext4. Is an overlay in use?" ;;
    esac
}

node() { sed -n 's|^DEVNAME=|/dev/|p' "$1/uevent"; }

# Sets part and disk to the folders of the root's partition and its disk in /sys, part_node and disk_node to their
# devices, and makes sure that they are the ones this image was made for.
find_partition() {
    part=$(cd -P "/sys/dev/block/$root_number" && pwd) || give_up "There is no /sys/dev/block/$root_number."
    [ -e "$part/partition" ] || give_up "The root file system does not lie in a partition of its own."
    disk=${part%/*}
    part_node=$(node "$part") disk_node=$(node "$disk")
    found="$(cat "$part/partition") at $(cat "$part/start")"
    [ "$found" = "$partition at $start" ] ||
        give_up "The root is partition $found, expected $partition at $start: this is not the card the image was made for."
    [ "$(cat "$disk/queue/logical_block_size")" = 512 ] || give_up "$disk_node does not have sectors of 512 bytes."
    for sibling in "$disk"/*/start; do
        [ "$(cat "$sibling")" -le "$start" ] || give_up "Another partition lies behind the root on $disk_node."
    done
    found=$(od -An -tx1 -j 1128 -N 16 "$part_node" | tr -d ' \n')
    [ "$found" = "$(echo "$uuid" | tr -d -)" ] || give_up "The root's UUID is $found, expected $uuid."
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

# Writes the partition's new size into the table on the card; GPT's second table moves to the card's end with it.
grow_entry() {
    if sfdisk --help 2>/dev/null | grep -q no-tell-kernel; then
        lock=
        if has flock; then lock="flock -w 60 $disk_node"; fi
        echo ", $wanted" | $lock sfdisk --no-reread --no-tell-kernel --force -N "$partition" "$disk_node"
    elif has growpart && [ "$grow" = max ]; then
        growpart "$disk_node" "$partition"
    elif has parted && [ "$table" = mbr ]; then
        printf 'resizepart %s\nyes\n%ss\nquit\n' "$partition" $((start + wanted - 1)) |
            parted ---pretend-input-tty "$disk_node"
    else
        give_up "None of sfdisk, growpart and parted can change the partition."
    fi
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
        say "$part_node has $size sectors, which is all it can have."
        return
    fi
    say "$part_node grows from $size to $wanted sectors of 512 bytes."
    grow_entry
    [ "$(cat "$part/size")" -ge "$wanted" ] || tell_kernel
    sync
    size=$(cat "$part/size")
    [ "$size" -ge "$wanted" ] || give_up "The kernel says $size sectors, expected $wanted; the next start tries again."
}

# Sets left: the sectors of the partition behind the file system, by its superblock; and a block group's sectors.
measure_rest() {
    blocks=$(od -An -tu4 -j 1028 -N 4 "$part_node" | tr -d ' ')
    block_sectors=$((2 << $(od -An -tu4 -j 1048 -N 4 "$part_node")))
    if [ $(($(od -An -tu4 -j 1120 -N 4 "$part_node") & 128)) != 0 ]; then
        blocks=$((blocks + ($(od -An -tu4 -j 1360 -N 4 "$part_node") << 32)))
    fi
    left=$((size - blocks * block_sectors))
    group=$((4096 * block_sectors * block_sectors))
}

grow_file_system() {
    growfs=/usr/lib/systemd/systemd-growfs
    [ -x $growfs ] || growfs=/lib/systemd/systemd-growfs
    if has resize2fs && resize2fs "$part_node"; then :; elif [ -x $growfs ]; then $growfs /; fi
    sync
    measure_rest
    [ "$left" -lt "$group" ] || give_up "The file system leaves $left sectors of the partition; the next start tries again."
}

remove_hook() {
    rm -f /etc/systemd/system/basic.target.wants/imgshrink-expand.service \
        /etc/systemd/system/imgshrink-expand.service /usr/local/lib/imgshrink/expand "$counter" "$conf"
    rmdir /etc/imgshrink /usr/local/lib/imgshrink 2>/dev/null
    sync
}

main() {
    date
    count_attempt
    read_conf
    find_root
    find_partition
    choose_size
    grow_partition
    grow_file_system
    remove_hook
    say "Done: the root file system fills its partition."
}

(main) 2>&1 | tee -a "$log"
exit 0
