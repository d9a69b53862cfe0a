"""Fills a mounted volume with one of everything, then with files of which most are deleted again.

Usage: age.py <folder> <seed> <bytes to write> <names in the large directory> [share to delete, default 0.7]

The same arguments give the same calls; where the blocks go is up to the kernel.
"""

import ctypes
import errno
import os
import random
import socket
import stat
import struct
import sys

KEEP_SIZE, NO_DUMP, SET_FLAGS = 1, 0x40, 0x40086602
libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long]


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def churn(chance, target, folder):
    """Files of all sizes in a tree of directories, written one after the other."""
    directories, paths = [f"{folder}/churn"], []
    os.mkdir(directories[0])
    while target > 0:
        if chance.random() < 0.06:
            directories.append(f"{chance.choice(directories[-15:])}/dir{len(paths)}")
            os.mkdir(directories[-1])
        paths.append(f"{chance.choice(directories)}/file{len(paths):05}")
        size = min(int(chance.paretovariate(0.7) * 1500), 1 << 19)
        write(paths[-1], chance.randbytes(size))
        target -= max(size, 2048)
    return paths


def fragmented(path, runs):
    """Every other block first, then those in between: no two neighbours in the file are neighbours on the volume."""
    block = os.statvfs(os.path.dirname(path)).f_bsize
    with open(path, "wb") as file:
        for first in (0, 1):
            for index in range(first, runs, 2):
                file.seek(index * block)
                file.write(bytes([1 + index % 251]) * block)
            file.flush()
            os.fsync(file.fileno())


def sparse(path, runs):
    with open(path, "wb") as file:
        for index in range(runs):
            file.seek(index * 16384)
            file.write(b"z" * 3000)
        file.truncate(runs * 16384 + 999_999)


def preallocated(path):
    """Allocated and never written, with something written inside, and more behind the end where the volume can."""
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    os.posix_fallocate(file, 0, 1 << 20)
    os.pwrite(file, b"q" * 9000, 4096 * 30)
    if libc.fallocate(file, KEEP_SIZE, 1 << 20, 1 << 18) != 0 and ctypes.get_errno() != errno.EOPNOTSUPP:
        raise OSError(ctypes.get_errno(), "fallocate", path)
    os.close(file)


def acl(entries):
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, rights, owner) for tag, rights, owner in entries)


def one_of_everything(folder, names):
    os.makedirs(f"{folder}/all/large")
    here = f"{folder}/all"
    for index in range(names):
        write(f"{here}/large/name-{index:05}-{'x' * (index % 60)}", b"")
    write(f"{here}/hard1", b"linked")
    for other in (f"{here}/hard2", f"{here}/large/hard3"):
        os.link(f"{here}/hard1", other)
    os.symlink("hard1", f"{here}/fast")
    os.symlink("/" + "y" * 58, f"{here}/fast59")
    os.symlink("/" + "y" * 59, f"{here}/slow60")
    os.symlink("/" + "y" * 900, f"{here}/slow")
    os.mknod(f"{here}/char", stat.S_IFCHR | 0o620, os.makedev(4, 300))
    os.mknod(f"{here}/block", stat.S_IFBLK | 0o660, os.makedev(179, 70000))
    os.mkfifo(f"{here}/fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(f"{here}/socket"))
    write(f"{here}/empty", b"")
    write(f"{here}/setuid", b"s" * 5000)
    os.chown(f"{here}/setuid", 70000, 80000)
    os.chmod(f"{here}/setuid", 0o6755)
    os.mkdir(f"{here}/sticky")
    os.chmod(f"{here}/sticky", 0o1777)
    sparse(f"{here}/sparse", 300)
    preallocated(f"{here}/preallocated")
    fragmented(f"{here}/fragmented", 700)

    write(f"{here}/no-dump", b"n")
    with open(f"{here}/no-dump", "rb") as file:
        libc.ioctl(file.fileno(), ctypes.c_ulong(SET_FLAGS), ctypes.byref(ctypes.c_int(NO_DUMP)))
    write(f"{here}/capable", b"c" * 100)
    os.setxattr(f"{here}/capable", "security.capability", struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0))
    access = acl([(1, 6, 0xFFFFFFFF), (2, 7, 1234), (4, 4, 0xFFFFFFFF), (16, 7, 0xFFFFFFFF), (32, 4, 0xFFFFFFFF)])
    os.setxattr(f"{here}/capable", "system.posix_acl_access", access)
    os.setxattr(f"{here}/sticky", "system.posix_acl_default", access)
    os.setxattr(f"{here}/slow", "trusted.of.a.link", b"t", follow_symlinks=False)
    os.setxattr(f"{here}/fast", "trusted.of.a.link", b"t" * 400, follow_symlinks=False)
    os.setxattr(f"{here}/char", "trusted.of.a.device", b"t" * 400, follow_symlinks=False)
    os.utime(f"{here}/empty", ns=(1_000_000_123, -86_400_000_000_000))
    os.utime(f"{here}/setuid", ns=(4_000_000_000_000_000_007, 2_500_000_000_123_456_789))


def large_attribute(path, which):
    """Longer than a block: only a volume with ea_inode has room for it, and keeps equal ones once."""
    try:
        os.setxattr(path, "user.large", bytes([97 + which]) * 5000)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.ERANGE, errno.E2BIG):
            raise


def tiny(chance, folder):
    """Files and directories that a volume with inline_data keeps in their inodes, some of them with attributes."""
    for index in range(60):
        here = f"{folder}/all/tiny{index}"
        os.mkdir(here)
        for each in range(index % 5):
            write(f"{here}/{each}", chance.randbytes(chance.choice([0, 1, 59, 60, 61, 100, 130, 200])))
        if index % 3 == 0:
            os.mkdir(f"{here}/below")
            os.setxattr(here, "user.tiny", b"t" * chance.randrange(40))
        if index % 7 == 0:
            large_attribute(here, index % 3)


def main():
    folder, seed, target, names = sys.argv[1], *map(int, sys.argv[2:5])
    share = float(sys.argv[5]) if len(sys.argv) > 5 else 0.7
    chance = random.Random(seed)
    paths = churn(chance, target * 2 // 3, folder)
    one_of_everything(folder, names)
    os.mkdir(f"{folder}/late")
    paths += churn(chance, target // 3, f"{folder}/late")
    chance.shuffle(paths)
    kept = paths[int(len(paths) * share):]
    for path in paths[:-len(kept)]:
        os.remove(path)
    for index, path in enumerate(kept):
        os.chown(path, 1000 + index % 3, 1000)
        if index % 4 == 0:
            os.setxattr(path, "user.shared", b"v" * 300)
        elif index % 4 == 1:
            os.setxattr(path, "user.small", b"%d" % index)
        elif index % 4 == 2:
            large_attribute(path, index % 5)
    tiny(chance, folder)
    # Single blocks in what became free, so that the last runs of a file are spread too.
    for index in range(200):
        write(f"{folder}/all/single{index:03}", bytes([index]) * 700)


main()
