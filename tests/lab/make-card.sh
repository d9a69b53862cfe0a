#!/bin/bash
# make-card.sh <mbr|logical|gpt> <output.img>: makes a card as a Pi would have it after some use, in a sparse file of 8 GB:
# a FAT32 partition of 256 MiB with cmdline.txt, and the rest as ext4 with the guest's root file system, scattered by
# many files that came and went (not so where the root is a logical partition, which is there for the boot). The kinds differ
# in ext4's features too, as older and newer cards do.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# = 2 ] || die "usage: make-card.sh <mbr|logical|gpt> <output.img>"
kind=$1 card=$2
[ -e "$lab/guest.done" ] || die "there is no guest root in $lab; run make-guest-root.sh first"

card_bytes=8000000000
boot_start=8192 boot_sectors=524288 # in sectors of 512 bytes, as for the root
root_start=$((boot_start + boot_sectors))
serial=4f1c2a77
case $kind in
    mbr)
        root_sectors=$((card_bytes / 512 - root_start))
        ext_features=^64bit,^metadata_csum,^huge_file
        boot_id=$serial-01 root_id=$serial-02
        ;;
    logical)
        root_start=$((root_start + 4096))
        root_sectors=$((card_bytes / 512 - root_start))
        ext_features=64bit,metadata_csum
        boot_id=$serial-01 root_id=$serial-05
        ;;
    gpt)
        root_sectors=$(((card_bytes / 512 - 33) / 2048 * 2048 - root_start))
        ext_features=64bit,metadata_csum
        boot_id=$serial-0000-4000-8000-000000000001 root_id=$serial-0000-4000-8000-000000000002
        ;;
    *) die "$kind is none of mbr, logical, gpt" ;;
esac

rm -f "$card"
truncate -s "$card_bytes" "$card"

# --- The table, and bytes in the gap behind it, where boot loaders of other boards live.
if [ "$kind" = mbr ]; then
    sfdisk -q "$card" <<TABLE
label: dos
label-id: 0x$serial
start=$boot_start, size=$boot_sectors, type=c, bootable
start=$root_start, size=$root_sectors, type=83
TABLE
elif [ "$kind" = logical ]; then
    sfdisk -q "$card" <<TABLE
label: dos
label-id: 0x$serial
card1 : start=$boot_start, size=$boot_sectors, type=c, bootable
card2 : start=$((root_start - 4096)), size=$((root_sectors + 4096)), type=f
card5 : start=$root_start, size=$root_sectors, type=83
TABLE
else
    sfdisk -q "$card" <<TABLE
label: gpt
label-id: $serial-0000-4000-8000-000000000000
start=$boot_start, size=$boot_sectors, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=$boot_id, name=bootfs
start=$root_start, size=$root_sectors, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, uuid=$root_id, name=rootfs, attrs=LegacyBIOSBootable
TABLE
fi
head -c 65536 < <(yes "a boot loader lives here") | dd of="$card" bs=64K seek=16 iflag=fullblock conv=notrunc status=none

# --- The boot partition.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
truncate -s $((boot_sectors * 512)) "$work/boot.fat"
mkfs.fat -F 32 -n BOOTFS -i ${serial} "$work/boot.fat" >/dev/null
echo "console=ttyS0 root=PARTUUID=$root_id rootfstype=ext4 rootwait" >"$work/cmdline.txt"
mcopy -i "$work/boot.fat" "$work/cmdline.txt" ::cmdline.txt
mcopy -i "$work/boot.fat" "$lab/vmlinuz" "$lab/initrd" ::
dd if="$work/boot.fat" of="$card" bs=1M seek=$((boot_start / 2048)) conv=notrunc,sparse status=none

# --- The root partition, filled so that the guest's files land in gaps all over it.
mke2fs -q -t ext4 -L rootfs -O $ext_features -E offset=$((root_start * 512)) "$card" $((root_sectors / 2))k
mkdir "$work/root"
mount -o loop,offset=$((root_start * 512)),sizelimit=$((root_sectors * 512)) "$card" "$work/root"
root=$work/root
mkdir "$root/filler"
[ "$kind" = logical ] || (
    cd "$root/filler"
    head -c 200M /dev/urandom | split -b 700K -a 4 - deleted
    for ((i = 0; i < 950; i++)); do fallocate -l $((3 + i * 7 % 8))M "full$i" 2>/dev/null || break; done
    sync -f .
    for ((i = 1; i < 950; i += 6)); do rm -f "full$i"; done
)
tar -C "$root" --numeric-owner --xattrs --xattrs-include='*' --acls -xpf "$lab/guest.tar"
echo "PARTUUID=$root_id / ext4 defaults,noatime 0 1
PARTUUID=$boot_id /boot/firmware vfat defaults 0 2" >"$root/etc/fstab"
echo card >"$root/etc/hostname"
mkdir -p "$root/boot/firmware"

# --- What boot-card.sh asks the guest to do: to say how its disk looks, and to power itself off.
cat >"$root/usr/local/sbin/lab-look" <<'LOOK'
#!/bin/sh
# What has just been changed of the table is known to lsblk when udev has looked at it again.
udevadm settle
echo "LAB LOOK"
device=$(findmnt -n -o SOURCE /)
echo "disk $(lsblk -b -d -n -o SIZE "/dev/$(lsblk -n -o PKNAME "$device")")"
echo "part $(lsblk -b -n -r -o START,SIZE,PARTUUID "$device")"
echo "root $(df -B1 --output=size,avail / | tail -n 1)"
for file in /etc/imgshrink /etc/systemd/system/*imgshrink* /etc/systemd/system/*/*imgshrink*; do
    [ ! -e "$file" ] && [ ! -h "$file" ] || echo "hook $file"
done
echo "failed $(systemctl --failed --no-legend)"
echo "cycles $(journalctl -b --no-pager --grep 'ordering cycle' | grep -c 'Found ordering cycle')"
cat /var/log/imgshrink-expand.log
echo "LAB END"
LOOK
cat >"$root/etc/systemd/system/lab-look.service" <<'UNIT'
[Unit]
ConditionKernelCommandLine=lab.look
SuccessAction=poweroff
FailureAction=poweroff

[Service]
Type=oneshot
ExecStart=/bin/sh /usr/local/sbin/lab-look
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../lab-look.service "$root/etc/systemd/system/multi-user.target.wants/"

# --- Files of every kind that a copy could get wrong.
mkdir "$root/srv/kinds"
(
    cd "$root/srv/kinds"
    echo text >plain && ln plain second-name && touch -d '1999-12-31 23:59:59.123456789Z' plain
    ln -s plain short-link && ln -s "$(printf 'far/%.0s' {1..60})away" long-link
    mkfifo pipe && mknod device c 1 3 && mknod big-device b 400 70000
    truncate -s 100M only-a-hole
    for i in 0 7 50 90; do echo "at $i" | dd of=holes bs=1M seek=$i conv=notrunc status=none; done
    fallocate -l 5M unwritten && echo start | dd of=unwritten conv=notrunc status=none
    cp plain odd-owner && chown 1234567:7654321 odd-owner && chmod 6751 odd-owner
    cp plain attributes && setfattr -n user.note -v "$(printf 'long %.0s' {1..300})" attributes
    setfattr -n user.binary -v 0x00ff00 attributes
    cp plain listed && setfacl -m u:1001:rw,g:1002:r listed
    cp plain capable && setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 capable
    mkdir many && cd many && seq -f 'a file with a rather long name, number %g' 3000 | xargs -d '\n' touch
)
rm -rf "$root/filler"
umount "$root"
