#!/bin/bash
# make-lab.sh: makes the Debian 13 tree that holds QEMU 10, unless it is there. About a minute, 500 MB.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
lock_lab
[ ! -e "$lab/qemu.done" ] || exit 0

tree=$lab/qemu
echo "Making the tree for QEMU in $tree ..."
make_tree ca-certificates "$tree"
mount --bind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
mount -t devpts devpts "$tree/dev/pts"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
chroot "$tree" apt-get -qq update
chroot "$tree" apt-get -qq install -y --no-install-recommends qemu-system-x86 seabios >"$tree.log" 2>&1 ||
    { tail -n 20 "$tree.log" >&2; die "apt failed in $tree; its log is $tree.log"; }
rm "$tree.log"
chroot "$tree" apt-get clean
chroot "$tree" qemu-system-x86_64 --version | head -n 1
touch "$lab/qemu.done"
