#!/bin/bash
# make-windows.sh: makes the Windows of the lab, unless it is there: Wine 10 in the tree of QEMU, and in windows/ there what Wine calls a
# prefix, a C: with the registry. Wine 8 of Debian 12 cannot load .NET 10. Two minutes, 1.6 GB.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
lock_lab
[ ! -e "$lab/windows.done" ] || exit 0
[ -e "$lab/qemu.done" ] || die "there is no Debian 13 in $lab; run make-lab.sh first"

tree=$lab/qemu
echo "Making Windows in $tree ..."
mount --bind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
mount -t devpts devpts "$tree/dev/pts"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
if ! [ -x "$tree/usr/bin/wine" ]; then
    chroot "$tree" apt-get -qq update
    chroot "$tree" apt-get -qq install -y --no-install-recommends wine wine64 >"$tree.log" 2>&1 9>&- ||
        { tail -n 20 "$tree.log" >&2; die "apt failed in $tree; its log is $tree.log"; }
    rm "$tree.log"
    chroot "$tree" apt-get clean
fi
umount "$tree/dev/pts" "$tree/dev" "$tree/proc"
rm -rf "$tree/windows"
mkdir -p "$tree/windows/drive_c" "$tree/windows/dosdevices"
empty=$(mktemp -d)
run_windows 200 "$empty" sh -c "wine wineboot --init && wineserver --wait" >"$tree.log" 2>&1 9>&- || { tail -n 20 "$tree.log" >&2; die "Windows does not start; its log is $tree.log"; }
rmdir "$empty"
[ -e "$tree/windows/system.reg" ] || die "Wine has made no registry in $tree/windows; its log is $tree.log"
rm "$tree.log"
touch "$lab/windows.done"
