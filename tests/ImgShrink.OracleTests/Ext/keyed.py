"""Makes the encrypted directories of an unmounted volume casefolded, too: python3 keyed.py <image> <block size>.

The kernel then stores a hash of every name, which takes the key, behind it. Here it is a number by chance, which is as good:
nobody can tell without the key. There is no index left; 'e2fsck -fyD' makes it, and the checksums, anew.
"""

import random
import re
import struct
import subprocess
import sys

CASEFOLD, INDEXED, DIRECTORY, TAIL = 0x40000000, 0x1000, 2, 0xDE
image, size = sys.argv[1], int(sys.argv[2])
chance = random.Random(7)


def debugfs(*command):
    return subprocess.run(["debugfs", *command, image], check=True, capture_output=True, text=True, errors="replace").stdout


def blocks(inode):
    return [int(block) for block in debugfs("-R", f"blocks <{inode}>").split()]


def entries(file, places):
    """Name, inode and type of everything in the directory."""
    for place in places:
        file.seek(place * size)
        block, at = file.read(size), 0
        while at < size:
            inode, length, name, kind = struct.unpack_from("<IHBB", block, at)
            if inode != 0 and kind != TAIL:
                yield block[at + 8:at + 8 + name], inode, kind
            at += length


def record(name, inode, kind):
    bare = struct.pack("<IHBB", inode, 0, len(name), kind) + name
    padded = bare.ljust(len(bare) + 3 & ~3, b"\0")
    return padded if name in (b".", b"..") else padded + struct.pack("<II", chance.randrange(1 << 31) * 2, 0)


def fill(records):
    """Blocks of records, the last of each with all of the rest; room is left for a checksum."""
    block, end = b"", size - 12
    for each in records:
        if len(block) + len(each) > end:
            yield finish(block, last, end)
            block = b""
        last = len(block)
        block += each[:4] + struct.pack("<H", len(each)) + each[6:]
    yield finish(block, last, end)


def finish(block, last, end):
    whole = bytearray(block.ljust(end, b"\0") + struct.pack("<IHBBI", 0, 12, 0, TAIL, 0))
    struct.pack_into("<H", whole, last + 4, end - last)
    return whole


def make_keyed(file, inode):
    places = blocks(inode)
    found = list(entries(file, places))
    filled = list(fill([record(*each) for each in found]))
    empty = finish(b"", 0, size - 12)
    for place, block in zip(places, filled + [empty] * (len(places) - len(filled)), strict=True):
        file.seek(place * size)
        file.write(block)
    file.flush()
    flags = int(re.search(r"Flags: (0x[0-9a-f]+)", debugfs("-R", f"stat <{inode}>"))[1], 16)
    debugfs("-w", "-R", f"set_inode_field <{inode}> flags {(flags | CASEFOLD) & ~INDEXED:#x}")
    for name, child, kind in found:
        if kind == DIRECTORY and name not in (b".", b".."):
            make_keyed(file, child)


with open(image, "r+b", buffering=0) as volume:
    make_keyed(volume, int(re.search(r"(\d+) +\(\d+\) +secret", debugfs("-R", "ls /"))[1]))
