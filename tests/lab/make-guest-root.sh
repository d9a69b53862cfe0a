#!/bin/bash
# make-guest-root.sh: makes the Debian 13 root file system of the cards, unless it is there. About two minutes, 300 MB.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
lock_lab
[ ! -e "$lab/guest.done" ] || exit 0

tree=$lab/guest
echo "Making the guest root in $lab/guest.tar ..."
make_tree systemd,systemd-sysv,udev,linux-image-cloud-amd64,e2fsprogs,fdisk,util-linux,kmod "$tree"
rm -f "$tree"/var/cache/apt/archives/*.deb
cp "$(readlink -f "$tree"/boot/vmlinuz-*)" "$lab/vmlinuz"
cp "$(readlink -f "$tree"/boot/initrd.img-*)" "$lab/initrd"
: >"$tree/etc/machine-id"
tar -C "$tree" --numeric-owner --xattrs --xattrs-include='*' --acls --sparse -cf "$lab/guest.tar" .
rm -rf "$tree"
touch "$lab/guest.done"
