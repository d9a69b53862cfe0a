"""Prints everything that a copy of a file tree must keep, one line an object, ascending by path.

Usage: manifest.py <folder> [path to leave out]...
"""

import ctypes
import errno
import fcntl
import hashlib
import os
import stat
import struct
import sys

GET_FLAGS, GET_GENERATION, GET_EXTENTS = 0x80086601, 0x80087601, 0xC020660B
UNWRITTEN, LAST = 0x800, 0x1

libc = ctypes.CDLL(None, use_errno=True)


def birth_time(path):
    """Nanoseconds since 1970 by statx(2), or None where the file system keeps none."""
    buffer = ctypes.create_string_buffer(256)
    at_cwd, no_follow, wants_birth = -100, 0x100, 0x800
    if libc.statx(at_cwd, path, no_follow, wants_birth, buffer) != 0:
        raise OSError(ctypes.get_errno(), "statx", path)
    (mask,) = struct.unpack_from("<I", buffer, 0)
    seconds, nanoseconds = struct.unpack_from("<qI", buffer, 80)
    return seconds * 10**9 + nanoseconds if mask & wants_birth else None


def unwritten_ranges(file):
    """Allocated ranges that were never written, by FIEMAP; ranges that touch are one, wherever they lie on the disk."""
    ranges, at = [], 0
    while True:
        count = 256
        buffer = bytearray(struct.pack("<QQIIII", at, 2**64 - 1 - at, 0, 0, count, 0) + bytes(56 * count))
        fcntl.ioctl(file, GET_EXTENTS, buffer)
        (found,) = struct.unpack_from("<I", buffer, 20)
        for index in range(found):
            start, _, length, _, _, flags = struct.unpack_from("<QQQQQI", buffer, 32 + 56 * index)
            at = start + length
            if flags & UNWRITTEN:
                if ranges and ranges[-1][1] == start:
                    ranges[-1][1] = at
                else:
                    ranges.append([start, at])
            if flags & LAST:
                return ranges
        if found == 0:
            return ranges


def data_ranges(file, size):
    """The ranges between holes."""
    ranges, at = [], 0
    while at < size:
        try:
            start = os.lseek(file, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                break
            raise
        at = os.lseek(file, start, os.SEEK_HOLE)
        ranges.append([start, at])
    return ranges


def content(path, size):
    """Ranges first: a page of an unwritten extent that was read would count as data afterwards."""
    file = os.open(path, os.O_RDONLY | os.O_NOATIME)
    try:
        yield "unwritten", unwritten_ranges(file)
        yield "data", data_ranges(file, size)
        os.lseek(file, 0, os.SEEK_SET)
        digest = hashlib.sha256()
        while piece := os.read(file, 1 << 20):
            digest.update(piece)
        yield "sha256", digest.hexdigest()
        yield from attributes(file)
    finally:
        os.close(file)


def attributes(file):
    for name, request in ("flags", GET_FLAGS), ("generation", GET_GENERATION):
        buffer = bytearray(8)
        fcntl.ioctl(file, request, buffer)
        yield name, struct.unpack_from("<I", buffer)[0]


def describe(path, first_names):
    status = os.lstat(path)
    kind = stat.S_IFMT(status.st_mode)
    yield "mode", oct(status.st_mode)
    yield "owner", f"{status.st_uid}:{status.st_gid}"
    yield "links", status.st_nlink
    yield "size", status.st_size
    yield "mtime", status.st_mtime_ns
    yield "atime", status.st_atime_ns
    yield "ctime", status.st_ctime_ns
    yield "birth", birth_time(path)
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        yield "xattr", f"{name}={os.getxattr(path, name, follow_symlinks=False).hex()}"
    if kind != stat.S_IFDIR and status.st_nlink > 1:
        yield "same-as", first_names.setdefault(status.st_ino, path)
    if kind == stat.S_IFLNK:
        yield "target", os.readlink(path)
    elif kind in (stat.S_IFCHR, stat.S_IFBLK):
        yield "device", f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    elif kind == stat.S_IFREG:
        yield from content(path, status.st_size)
    elif kind == stat.S_IFDIR:
        file = os.open(path, os.O_RDONLY)
        yield from attributes(file)
        os.close(file)


def paths(folder):
    yield folder
    for entry in sorted(os.listdir(folder)):
        path = os.path.join(folder, entry)
        if stat.S_ISDIR(os.lstat(path).st_mode):
            yield from paths(path)
        else:
            yield path


def main():
    os.chdir(sys.argv[1])
    left_out = {os.fsencode("./" + path.strip("/")) for path in sys.argv[2:]}
    first_names = {}
    for path in paths(b"."):
        if path not in left_out:
            print(repr(path)[2:-1], *(f"{key}={value!r}" for key, value in describe(path, first_names)))


main()
