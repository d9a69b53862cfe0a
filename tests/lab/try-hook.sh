#!/bin/bash
# try-hook.sh <mbr|logical|gpt> <ext4|xfs|btrfs> <shell> <cut|-> <tool>...: runs the first-boot script under a shell on a
# loop disk that is larger than its table says, with only these tools for tables beside what every system has. With a cut,
# a line of the script, it is killed behind that line and then started again. Fails, and says why, unless the file
# system fills the disk, all ids are what they were, and nothing is left of the hook.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
with_own_mounts "$@"
[ $# -ge 4 ] || die "usage: try-hook.sh <mbr|logical|gpt> <ext4|xfs|btrfs> <shell> <cut|-> <tool>..."
kind=$1 type=$2 shell=$3 cut=$4
shift 4
script=$(dirname "$(readlink -f "$0")")/../../src/ImgShrink.FirstBoot/HookTemplates/expand.sh

work=$(mktemp -d)
disk=
end() {
    umount -q "$work/root" || true
    [ -z "$disk" ] || losetup -d "$disk"
    rm -rf "$work"
}
trap end EXIT

# --- A card whose table was made for a smaller one.
case $type in ext4) root_sectors=129024 grown=256 ;; *) root_sectors=655360 grown=512 ;; esac
case $kind in logical) table=mbr number=5 start=24576 ;; *) table=$kind number=2 start=22528 ;; esac
image=$work/card
truncate -s $((root_sectors * 512 + (32 << 20))) "$image"
case $kind in
    mbr) printf '%s\n' 'label: dos' 'label-id: 0x4f1c2a77' 'card1 : start=2048, size=20480, type=c, bootable' \
        "card2 : start=$start, size=$root_sectors, type=83" ;;
    logical) printf '%s\n' 'label: dos' 'label-id: 0x4f1c2a77' 'card1 : start=2048, size=20480, type=c, bootable' \
        "card2 : start=22528, size=$((root_sectors + 2048)), type=f" "card5 : start=$start, size=$root_sectors, type=83" ;;
    gpt) printf '%s\n' 'label: gpt' 'label-id: 4f1c2a77-0000-4000-8000-000000000000' 'card1 : start=2048, size=20480, type=uefi' \
        "card2 : start=$start, size=$root_sectors, type=linux, uuid=4f1c2a77-0000-4000-8000-000000000002, name=root, attrs=LegacyBIOSBootable" ;;
esac | sfdisk -q "$image"
truncate -s "${grown}M" "$image"
identity() { sfdisk -d "$image" | sed -E '/^(device|last-lba)/d; s/^[^ ]*card//; s/^([25] .*size=) *[0-9]+/\1/'; }
identity >"$work/before"
disk=$(losetup --partscan --show --find "$image")
partx --add "$disk" 2>/dev/null || true
part=${disk}p$number
case $type in
    ext4) mke2fs -q -t ext4 "$part" ;;
    xfs) mkfs.xfs -q "$part" ;;
    btrfs) mkfs.btrfs -q "$part" >/dev/null ;;
esac
mkdir "$work/root" "$work/bin" "$work/hook"
mount "$part" "$work/root"

# --- The tools. Growing ext4 while it is mounted takes a right that a container may lack; the boots show that it works.
for tool in "$@" bash sh cat sed tr od dd cp rm rmdir sync date df wc; do
    ln -s "$(command -v "$tool" || die "$tool is not installed")" "$work/bin/$tool"
done
case " $* " in *" growpart "*)
    for tool in awk grep mktemp blkid lsblk udevadm partx flock uname readlink basename dirname stat; do
        path=$(command -v "$tool") && ln -s "$path" "$work/bin/$tool"
    done
    # One that the script does not take for new enough.
    printf '#!/bin/bash\ncase $* in --help) ;; *) exec %q "$@" ;; esac\n' "$(command -v sfdisk)" >"$work/bin/sfdisk"
    ;;
esac
cat >"$work/bin/resize2fs" <<STUB
#!/bin/bash
PATH=$PATH
umount "$work/root"
e2fsck -fp "\$1" >/dev/null
$(command -v resize2fs) "\$1"
mount "\$1" "$work/root"
STUB
chmod +x "$work/bin/"*

# --- The hook, with a starter of its own and a line in somebody else's file.
printf '#!/bin/sh\necho before\nexit 0\n' >"$work/lines"
sed '1a[ ! -e /etc/imgshrink/expand ] || /bin/sh /etc/imgshrink/expand' "$work/lines" >"$work/rc.local"
echo x >"$work/starter"
cat >"$work/hook/expand.conf" <<CONF
table=$table
partition=$number
start=$start
uuid=$(blkid -p -s UUID -o value "$part")
mount=$work/root
grow=max
starter=$work/starter
line=$work/rc.local
CONF
run() { # sed expression for the script
    sed -e "s#^PATH=.*#PATH=$work/bin#" -e "$1" "$script" >"$work/hook/expand"
    # shellcheck disable=SC2086  # "busybox sh" are two words.
    $shell "$work/hook/expand" >>"$work/said" 2>&1
}
if [ "$cut" != - ]; then
    grep -qF -- "  $cut" "$script" || die "the script has no line '$cut'"
    # shellcheck disable=SC2001  # More than one character is to be replaced.
    escaped=$(sed 's/[][\.*^$|]/\\&/g' <<<"$cut")
    # shellcheck disable=SC2016  # For the script's shell to expand.
    run "s|^ *$escaped\$|&\n    sh -c 'kill -9 \$PPID'|"
    [ -e "$work/hook/expand.conf" ] || die "the hook was gone before the cut: $(cat "$work/said")"
fi
run ''

# --- What must be true now.
wrong() { die "$kind $type $shell '$cut' $*: $(cat "$work/said")"; }
sectors=$(((grown * 2048 - 33) / 2048 * 2048 - start))
has=$(cat "/sys/class/block/${part#/dev/}/size")
if [ $((has - sectors)) -lt 0 ] || [ $((has - sectors)) -ge 2048 ]; then wrong "the kernel has $has sectors, expected $sectors"; fi
sfdisk -d "$image" | grep -q "card$number : start= *$start, size= *${has}[, ]" || wrong "the table says otherwise: $(sfdisk -d "$image")"
identity | diff "$work/before" - || wrong "ids have changed"
[ $(($(df -Pk "$work/root" | awk 'NR == 2 { print $2 }') * 2)) -gt $((sectors * 17 / 20)) ] || wrong "the file system is too small"
left=$(ls -A "$work/hook" "$work/starter" 2>/dev/null) && wrong "left: $left"
cmp "$work/lines" "$work/rc.local" || wrong "rc.local is not what it was"
umount "$work/root"
[ "$table" = mbr ] || sgdisk -v "$image" | grep -q "No problems found" || wrong "sgdisk finds fault"
[ "$type" != ext4 ] || e2fsck -fn "$part" >/dev/null 2>&1 || wrong "e2fsck finds fault"
