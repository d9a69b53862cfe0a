# shellcheck shell=bash
# What the lab's scripts share; to be sourced.
#
# The lab is a folder outside of the repository, made once and reused:
#   qemu/          a Debian 13 tree that holds QEMU 10; QEMU 7.2 of Debian 12 miscompiles newer kernels
#   guest.tar      the root file system of the cards that are booted
#   vmlinuz initrd its kernel, given to QEMU beside the card
# A file NAME.done says that the part called NAME is complete; without it the part is made again.

set -euo pipefail
umask 022
lab=${IMGSHRINK_LAB:-$HOME/.cache/imgshrink-lab}
# shellcheck disable=SC2034  # The scripts that source this file use it.
suite=trixie

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Starts the script again as root's own mount namespace, with the arguments given: whatever it mounts ends with it,
# however it ends.
with_own_mounts() {
    [ "$(id -u)" = 0 ] || die "needs root, to mount file systems and to make device nodes"
    [ "${LAB_OWN_MOUNTS:-}" = 1 ] || LAB_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"
}

# Waits until no other script makes a part of the lab.
lock_lab() {
    mkdir -p "$lab"
    exec 9>"$lab/lock"
    flock 9
}

# debootstrap with Debian's package mirror as this machine is set up to use it; packages are kept for the next tree.
make_tree() { # packages folder
    local mirror
    # shellcheck disable=SC2016  # apt replaces the $(...), not the shell.
    mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 == "Debian" && !url { url = $3 } END { print url }')
    [ -n "$mirror" ] || die "apt knows no Debian mirror; run apt-get update first"
    mkdir -p "$lab/packages"
    rm -rf "$2"
    debootstrap --variant=minbase --cache-dir="$lab/packages" --include="$1" "$suite" "$2" "$mirror" >"$2.log" 2>&1 9>&- ||
        { tail -n 20 "$2.log" >&2; die "debootstrap failed; its log is $2.log"; }
    rm -f "$2.log"
}

# Starts a machine with the card as its only disk, and waits until it powers itself off.
boot_machine() { # kernel initrd card bus log options
    local tree=$lab/qemu device
    [ -e "$lab/qemu.done" ] || die "there is no QEMU in $lab; run make-lab.sh"
    case $4 in
        virtio) device=virtio-blk-pci,drive=card ;;
        nvme) device=nvme,drive=card,serial=card ;;
        sd) device=ide-hd,drive=card,bus=sata.0 ;;
        mmc) device=sd-card,drive=card ;;
        *) die "there is no bus $4" ;;
    esac
    mount --bind /dev "$tree/dev"
    mount --bind "$lab" "$tree/media"
    mount --bind "$(dirname "$3")" "$tree/mnt"
    timeout --foreground 600 chroot "$tree" qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 1024 \
        -display none -serial stdio -net none -no-reboot -kernel "/media/${1##*/}" -initrd "/media/${2##*/}" \
        -device sdhci-pci -device ahci,id=sata \
        -drive "id=card,file=/mnt/${3##*/},format=raw,if=none,cache=unsafe" -device "$device" \
        -append "$6" >"$5" </dev/null || die "the guest did not power off by itself; see $5"
}

# Runs a program on Windows. What Wine starts beside it keeps its output open, so that whoever reads that would wait for ever: all of it
# has one namespace of processes, and ends with the program.
run_windows() { # seconds folder program argument...
    local tree=$lab/qemu seconds=$1 folder=$2 drives card code=0
    shift 2
    mount --bind /dev "$tree/dev"
    mount --bind "$folder" "$tree/media"
    # Wine looks for \\.\PhysicalDriveN in dosdevices first, where a link to a file does.
    drives=$(mktemp -d)
    ln -s ../drive_c "$drives/c:"
    ln -s / "$drives/z:"
    for card in "$folder"/physicaldrive*; do
        [ ! -e "$card" ] || ln -s "/media/${card##*/}" "$drives/"
    done
    mount --bind "$drives" "$tree/windows/dosdevices"
    # shellcheck disable=SC2016  # For the shell in there to expand.
    unshare --pid --fork --kill-child bash -euc 'mount -t proc proc "$1/proc"; exec timeout --kill-after=5 "$2" chroot "$1" \
        /usr/bin/env --ignore-environment PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 WINEPREFIX=/windows WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp \
        WINEDLLOVERRIDES="mscoree,mshtml=;winedbg.exe=d;winemenubuilder.exe=d" "${@:3}"' run "$tree" "$seconds" "$@" </dev/null || code=$?
    rm -rf "$drives"
    return "$code"
}
