"""Fills the volume in the working directory until hardly an inode and not a block is left, and takes all of it away again.

Usage: fill.py <files at most>
"""

import errno
import os
import sys

FOLDER = "filling"


def until_full(step):
    """Repeats a step until there is no space left, or it gives False."""
    try:
        while step() is not False:
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def make_files(left):
    """Directories go to groups of their own, so inodes are taken in many tables."""
    folder = f"{FOLDER}/{left[0]}"
    os.mkdir(folder)
    for name in range(200):
        open(f"{folder}/{name}", "wb").close()
    left[0] -= 200
    return left[0] > 0


def main():
    times = os.stat(".")
    os.mkdir(FOLDER)
    with open(f"{FOLDER}/large", "wb", buffering=0) as large:
        left = [int(sys.argv[1])]
        until_full(lambda: make_files(left))
        until_full(lambda: large.write(b"filling " * (1 << 17)))
        until_full(lambda: large.write(b"filling " * 128))
    os.sync()
    for folder, _, files in os.walk(FOLDER, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)
    os.utime(".", ns=(times.st_atime_ns, times.st_mtime_ns))


main()
