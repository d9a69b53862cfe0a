#!/bin/bash
# make-small-root.sh: makes what cards without systemd need, unless it is there: a root of busybox that starts as Buildroot
# does, the same with OpenRC as Alpine has it, and a kernel with an initrd that knows SD cards, NVMe and SATA. About a
# minute, 150 MB.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
lock_lab
[ ! -e "$lab/small.done" ] || exit 0
[ -e "$lab/qemu.done" ] || die "there is no QEMU tree in $lab; run make-lab.sh first"

tree=$lab/qemu work=$lab/small
echo "Making small roots and their kernel in $work ..."
rm -rf "$work"
mkdir -p "$work/debs" "$work/initrd" "$work/kernel"
mount --bind "$work/debs" "$tree/mnt"
# shellcheck disable=SC2016  # For the shell in there to expand.
chroot "$tree" sh -c 'cd /mnt && exec apt-get -qq -o APT::Sandbox::User=root download busybox-static openrc librc1t64 libeinfo1 e2fsprogs \
    "$(apt-cache depends linux-image-amd64 | sed -n "s/.*Depends: \(linux-image-[0-9].*\)/\1/p")"' || die "apt-get could not download the packages"

# --- The roots.
unpack() { dpkg-deb -x "$work"/debs/"$1"_*.deb "$2"; }
# A program with all libraries that it needs, of which the QEMU tree has those of its own.
add_libraries() { # root program...
    local root=$1 program library
    shift
    for program in "$@"; do
        LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$tree/usr/lib/x86_64-linux-gnu" \
            "$tree/usr/lib64/ld-linux-x86-64.so.2" --list "$program" | awk '$2 == "=>" { print $3 }' |
            while read -r library; do
                [ -e "$root/usr/lib/x86_64-linux-gnu/${library##*/}" ] || cp -L "$library" "$root/usr/lib/x86_64-linux-gnu/"
            done
    done
    cp -L "$tree/usr/lib64/ld-linux-x86-64.so.2" "$root/usr/lib64/"
}
make_root() { # name
    local root=$work/$1 applet
    mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib/x86_64-linux-gnu,usr/lib64,etc/init.d,proc,sys,dev,run,tmp,root,boot,var/log}
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root/"
    unpack busybox-static "$work/unpacked"
    cp "$work/unpacked/usr/bin/busybox" "$root/usr/bin/"
    for applet in $("$root/usr/bin/busybox" --list); do [ -e "$root/usr/bin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"; done
    ln -s ../bin/busybox "$root/usr/sbin/init"
    unpack e2fsprogs "$work/unpacked"
    cp "$work/unpacked/usr/sbin/resize2fs" "$root/usr/sbin/"
    add_libraries "$root" "$root/usr/sbin/resize2fs"
    printf 'LABEL=root / ext4 rw 0 1\nLABEL=BOOT /boot vfat rw 0 2\n' >"$root/etc/fstab"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    printf '%s\n' 'root:x:0:' 'uucp:x:10:' 'shm:x:11:' >"$root/etc/group"
    printf 'NAME="Lab %s"\nID=lab\n' "$1" >"$root/etc/os-release"
    # What the card looks like from inside, for the test to read; then off.
    cat >"$root/usr/sbin/lab-look" <<'LOOK'
#!/bin/sh
trap 'sync; umount /boot; mount -o remount,ro /; poweroff -f' EXIT
part=/sys/dev/block/$(awk '$5 == "/" { print $3 }' /proc/self/mountinfo | tail -n 1)
echo "LAB LOOK"
echo "disk $(($(cat "$part/../size") * 512))"
echo "part $(cat "$part/start") $(($(cat "$part/size") * 512)) none"
echo "root $(df -k / | awk 'END { print $2 * 1024 }')"
for file in /etc/imgshrink /etc/init.d/*imgshrink* /etc/runlevels/*/*imgshrink*; do
    [ ! -e "$file" ] && [ ! -h "$file" ] || echo "hook $file"
done
echo "failed"
echo "cycles 0"
cat /var/log/imgshrink-expand.log
echo "LAB END"
LOOK
    chmod +x "$root/usr/sbin/lab-look"
}

make_root busybox
cat >"$work/busybox/etc/inittab" <<'INITTAB'
::sysinit:/bin/mount -t proc proc /proc
::sysinit:/bin/mount -t sysfs sysfs /sys
::sysinit:/bin/mount -o remount,rw /
::sysinit:/bin/mount -a
::sysinit:/etc/init.d/rcS
INITTAB
cat >"$work/busybox/etc/init.d/rcS" <<'RCS'
#!/bin/sh
for i in /etc/init.d/S??*; do
    [ ! -f "$i" ] || "$i" start
done
RCS
printf '#!/bin/sh\nexec lab-look >/dev/console 2>&1\n' >"$work/busybox/etc/init.d/S99look"
chmod +x "$work"/busybox/etc/init.d/*

make_root openrc
for package in openrc librc1t64 libeinfo1; do unpack "$package" "$work/openrc-unpacked"; done
cp -a "$work/openrc-unpacked/." "$work/openrc-merged" 2>/dev/null
for folder in bin sbin lib; do
    [ ! -d "$work/openrc-merged/$folder" ] || { cp -a "$work/openrc-merged/$folder/." "$work/openrc/usr/$folder/"; rm -rf "$work/openrc-merged/${folder:?}"; }
done
rm -rf "$work/openrc-merged/usr/share"
cp -a "$work/openrc-merged/." "$work/openrc/"
add_libraries "$work/openrc" "$work/openrc/usr/sbin/openrc" "$work/openrc/usr/sbin/openrc-run"
cat >"$work/openrc/etc/inittab" <<'INITTAB'
::sysinit:/sbin/openrc sysinit
::sysinit:/sbin/openrc boot
::sysinit:/bin/sh -c 'exec lab-look >/dev/console 2>&1'
INITTAB
rm -rf "$work/openrc/etc/runlevels"
mkdir -p "$work/openrc/etc/runlevels"/{sysinit,boot,default}
# Debian leaves these to its own init scripts; elsewhere they are OpenRC's.
add_service() { # runlevel name needs command
    printf '#!/sbin/openrc-run\ndepend() {\n    need %s\n}\nstart() {\n    %s\n}\n' "$3" "$4" >"$work/openrc/etc/init.d/$2"
    chmod +x "$work/openrc/etc/init.d/$2"
    ln -s "/etc/init.d/$2" "$work/openrc/etc/runlevels/$1/"
}
add_service sysinit sysfs '' 'mount -t sysfs sysfs /sys'
add_service boot root '' 'mount -o remount,rw /'
add_service boot localmount root 'mount -a'
mkdir "$work/openrc/etc/insserv.conf.d"
touch "$work/openrc/etc/insserv.conf"
# So that one boot is enough there; the other root has to do without.
cp "$tree/usr/bin/partx" "$work/openrc/usr/bin/"
add_libraries "$work/openrc" "$work/openrc/usr/bin/partx"
for root in busybox openrc; do tar -C "$work/$root" --owner=0 --group=0 --numeric-owner -cf "$lab/small-$root.tar" .; done

# --- The kernel, and an initrd that loads drivers and mounts root=.
dpkg-deb -x "$work"/debs/linux-image-*.deb "$work/kernel"
mkdir -p "$work/initrd"/{bin,dev,proc,modules,new}
cp "$work/busybox/usr/bin/busybox" "$work/initrd/bin/"
# A module behind those that it depends on; what is built into the kernel has no file.
add_module() {
    local file needed
    file=$(find "$work/kernel" -name "${1//[-_]/[-_]}.ko.xz")
    if [ -z "$file" ] || [ -e "$work/initrd/modules/$1.ko" ]; then return; fi
    xz -dc "$file" >"$work/initrd/modules/$1.ko"
    for needed in $(tr '\0' '\n' <"$work/initrd/modules/$1.ko" | sed -n 's/^depends=//p' | tr , ' '); do add_module "$needed"; done
    echo "$1.ko" >>"$work/initrd/modules/order"
}
for module in crc32c_generic mmc_block sdhci_pci nvme ahci sd_mod ext4 nls_cp437 nls_ascii vfat; do add_module $module; done
cat >"$work/initrd/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
for module in $(cat /modules/order); do insmod "/modules/$module"; done
root=$(sed 's/.*root=\([^ ]*\).*/\1/' /proc/cmdline)
# On a busy machine the driver may give an SD card up before it has answered; then it is asked again.
waited=0
while [ ! -b "$root" ]; do
    sleep 1
    waited=$((waited + 1))
    if [ $((waited % 20)) = 0 ]; then rmmod sdhci_pci; insmod /modules/sdhci_pci.ko; fi
done
mount -t ext4 -o ro "$root" /new
mount -o move /dev /new/dev
umount /proc
exec switch_root /new /sbin/init
INIT
chmod +x "$work/initrd/init"
(cd "$work/initrd" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$lab/small-initrd"
cp "$work"/kernel/boot/vmlinuz-* "$lab/small-vmlinuz"
rm -rf "$work"
touch "$lab/small.done"
