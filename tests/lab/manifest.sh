#!/bin/bash
# manifest.sh <image> <start byte> <bytes> [path to leave out]...: mounts one ext volume of an image read-only, without
# replaying its journal, and prints a line for every object in it. Two volumes with equal output hold the same.
. "$(dirname "$(readlink -f "$0")")/lab.sh"
[ $# -ge 3 ] || die "usage: manifest.sh <image> <start byte> <bytes> [path to leave out]..."
image=$1 start=$2 bytes=$3
shift 3

here=$(dirname "$(readlink -f "$0")")
exec "$here/in-volume.sh" "$image" "loop,ro,noload,offset=$start,sizelimit=$bytes" python3 "$here/manifest.py" . "$@"
